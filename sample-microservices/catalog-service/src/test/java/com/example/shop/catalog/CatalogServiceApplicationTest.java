package com.example.shop.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shop.common.CorrelationId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

@SpringBootTest
@AutoConfigureMockMvc
class CatalogServiceApplicationTest {
    @Autowired
    private MockMvcTester mvc;

    @ParameterizedTest
    @ValueSource(strings = {"", "/liveness", "/readiness"})
    void isHealthy(String group) {
        assertThat(mvc.get().uri("/actuator/health" + group))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.status")
                .isEqualTo("UP");
    }

    @Test
    void tellsItsVersion() {
        assertThat(mvc.get().uri("/actuator/info"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.catalog.version")
                .asString()
                .isNotBlank();
    }

    @Test
    void keepsOtherManagementEndpointsClosed() {
        assertThat(mvc.get().uri("/actuator/env")).hasStatus(HttpStatus.NOT_FOUND);
    }

    @Test
    void servesTheProductsThatComeWithIt() {
        assertThat(mvc.get().uri("/api/products?q=sencha").header(CorrelationId.HEADER, "test-4711"))
                .hasStatusOk()
                .hasHeader(CorrelationId.HEADER, "test-4711")
                .bodyJson()
                .extractingPath("$[0].price.currency")
                .isEqualTo("EUR");
    }

    @Test
    void servesAPageWithEverythingThatItUses() throws Exception {
        assertThat(mvc.get().uri("/")).hasStatusOk().hasForwardedUrl("index.html");
        assertThat(mvc.get().uri("/index.html")).hasStatusOk().hasContentType(MediaType.TEXT_HTML);

        String page = mvc.get().uri("/index.html").exchange().getResponse().getContentAsString();
        Matcher link = Pattern.compile("(?:src|href)=\"([^\"]+)\"").matcher(page);
        while (link.find()) {
            assertThat(mvc.get().uri("/" + link.group(1))).as(link.group(1)).hasStatusOk();
        }
    }
}
