package com.example.shop.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.client.MockClientHttpRequest;
import org.springframework.mock.http.client.MockClientHttpResponse;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class CorrelationIdTest {
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/products");
    private final MockHttpServletResponse response = new MockHttpServletResponse();
    private final List<Optional<String>> seen = new ArrayList<>();
    private final FilterChain chain = (request, response) -> seen.add(CorrelationId.current());

    @AfterEach
    void forget() {
        MDC.clear();
    }

    @Test
    void keepsTheIdOfTheCaller() throws Exception {
        request.addHeader(CorrelationId.HEADER, "order-4711");

        new CorrelationIdFilter().doFilter(request, response, chain);

        assertThat(seen).containsExactly(Optional.of("order-4711"));
        assertThat(response.getHeader(CorrelationId.HEADER)).isEqualTo("order-4711");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"short", "two\nlines of text", "<script>alert(1)</script>"})
    void makesOneWhereTheCallerHasNone(String received) throws Exception {
        if (received != null) {
            request.addHeader(CorrelationId.HEADER, received);
        }

        new CorrelationIdFilter().doFilter(request, response, chain);

        assertThat(response.getHeader(CorrelationId.HEADER)).hasSize(36).isNotEqualTo(received);
        assertThat(seen).containsExactly(Optional.of(response.getHeader(CorrelationId.HEADER)));
    }

    @Test
    void isForgottenAfterTheRequestEvenIfThatFails() {
        FilterChain failing = (request, response) -> {
            throw new ServletException("broken");
        };

        assertThatThrownBy(() -> new CorrelationIdFilter().doFilter(request, response, failing))
                .isInstanceOf(ServletException.class);

        assertThat(CorrelationId.current()).isEmpty();
    }

    @Test
    void goesOnToTheNextService() throws Exception {
        MDC.put(CorrelationId.KEY, "order-4711");
        MockClientHttpRequest outgoing =
                new MockClientHttpRequest(HttpMethod.GET, URI.create("http://catalog-service"));

        try (MockClientHttpResponse answer = new MockClientHttpResponse(new byte[0], 200)) {
            new CorrelationIdInterceptor().intercept(outgoing, new byte[0], (request, body) -> answer);
        }

        assertThat(outgoing.getHeaders().getFirst(CorrelationId.HEADER)).isEqualTo("order-4711");
    }
}
