package com.example.shop.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

class ProblemAdviceTest {
    private final MockMvcTester mvc = MockMvcTester.create(MockMvcBuilders.standaloneSetup(new Kettle())
            .setControllerAdvice(new ProblemAdvice())
            .addFilters(new CorrelationIdFilter())
            .build());

    @Test
    void answersAProblemWithItsStatusFieldsAndId() {
        assertThat(mvc.get().uri("/coffee").header(CorrelationId.HEADER, "order-4711"))
                .hasStatus(HttpStatus.TOO_MANY_REQUESTS)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .hasHeader(HttpHeaders.RETRY_AFTER, "5")
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"title": "No coffee", "detail": "The kettle is busy", "status": 429,
                         "serves": "tea", "correlationId": "order-4711"}
                        """);
    }

    @Test
    void doesNotShowWhatNobodyForesaw() {
        assertThat(mvc.get().uri("/water"))
                .hasStatus(HttpStatus.INTERNAL_SERVER_ERROR)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyText()
                .contains("correlationId")
                .doesNotContain("pipe");
    }

    @Test
    void answersAWrongMethodAsAProblem() {
        assertThat(mvc.post().uri("/coffee"))
                .hasStatus(HttpStatus.METHOD_NOT_ALLOWED)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @RestController
    static class Kettle {
        @GetMapping("/coffee")
        String coffee() {
            throw new ShopProblem(HttpStatus.TOO_MANY_REQUESTS, "No coffee", "The kettle is busy")
                    .with("serves", "tea")
                    .retryAfter(5);
        }

        @GetMapping("/water")
        String water() {
            throw new IllegalStateException("a pipe burst");
        }
    }
}
