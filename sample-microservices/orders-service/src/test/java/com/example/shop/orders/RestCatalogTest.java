package com.example.shop.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.header;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withException;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withResourceNotFound;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withStatus;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

import com.example.shop.common.CorrelationId;
import com.example.shop.common.CorrelationIdInterceptor;
import com.example.shop.common.Money;
import java.net.http.HttpTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.client.ResponseCreator;
import org.springframework.web.client.RestClient;

class RestCatalogTest {
    private final RestClient.Builder builder =
            RestClient.builder().baseUrl("http://catalog-service").requestInterceptor(new CorrelationIdInterceptor());
    private final MockRestServiceServer server =
            MockRestServiceServer.bindTo(builder).build();
    private final RestCatalog catalog = new RestCatalog(builder.build());

    @AfterEach
    void forget() {
        MDC.clear();
    }

    @Test
    void asksForTheProductAndHandsTheCorrelationIdOn() {
        MDC.put(CorrelationId.KEY, "order-4711");
        server.expect(requestTo("http://catalog-service/api/products/TEA-1"))
                .andExpect(header(CorrelationId.HEADER, "order-4711"))
                .andRespond(withSuccess("""
                        {"sku": "TEA-1", "name": "Green tea", "category": "Tea", "description": "100 g",
                         "price": {"amount": 9.90, "currency": "EUR"}}
                        """, MediaType.APPLICATION_JSON));

        assertThat(catalog.find("TEA-1")).contains(new Catalog.Item("TEA-1", "Green tea", Money.of("9.90", "EUR")));
        server.verify();
    }

    @Test
    void knowsThatAProductDoesNotExist() {
        answer(withResourceNotFound());

        assertThat(catalog.find("TEA-2")).isEmpty();
    }

    @Test
    void isUnavailableWhenTheCatalogTakesTooLong() {
        answer(withException(new HttpTimeoutException("request timed out")));

        assertThatExceptionOfType(CatalogException.class)
                .isThrownBy(() -> catalog.find("TEA-1"))
                .satisfies(problem -> {
                    assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
                    assertThat(problem.getHeaders().getFirst(HttpHeaders.RETRY_AFTER))
                            .isEqualTo("5");
                });
    }

    @Test
    void isUnavailableWhenTheCatalogSaysSo() {
        answer(withStatus(HttpStatus.SERVICE_UNAVAILABLE));

        assertThatExceptionOfType(CatalogException.class)
                .isThrownBy(() -> catalog.find("TEA-1"))
                .satisfies(problem -> assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 500})
    void isABadGatewayWhenTheCatalogFails(int status) {
        answer(withStatus(HttpStatus.valueOf(status)));

        assertBadGateway();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[]", "{\"price\": {\"amount\": 1, \"currency\": \"EURO\"}}", "<html></html>"})
    void isABadGatewayWhenTheAnswerIsOfNoUse(String body) {
        answer(withSuccess(body, MediaType.APPLICATION_JSON));

        assertBadGateway();
    }

    private void answer(ResponseCreator answer) {
        server.expect(header(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE))
                .andRespond(answer);
    }

    private void assertBadGateway() {
        assertThatExceptionOfType(CatalogException.class)
                .isThrownBy(() -> catalog.find("TEA-1"))
                .satisfies(problem -> assertThat(problem.getStatusCode()).isEqualTo(HttpStatus.BAD_GATEWAY));
    }
}
