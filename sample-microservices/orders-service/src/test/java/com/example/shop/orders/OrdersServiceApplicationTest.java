package com.example.shop.orders;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** The whole service, with a catalog that answers what the test wants. */
@SpringBootTest(properties = "spring.http.clients.read-timeout=2s")
@AutoConfigureMockMvc
class OrdersServiceApplicationTest {
    private static final String ORDER = """
            {"customer": "Ada", "email": "ada@example.com", "lines": [{"sku": "TEA-1", "quantity": 2}]}
            """;

    private static final AtomicInteger status = new AtomicInteger();
    private static final HttpServer catalog = startCatalog();

    @Autowired
    private MockMvcTester mvc;

    @DynamicPropertySource
    static void useTheCatalogOfTheTest(DynamicPropertyRegistry registry) {
        registry.add(
                "shop.catalog.url",
                () -> "http://localhost:" + catalog.getAddress().getPort());
    }

    @BeforeEach
    void catalogWorks() {
        status.set(200);
    }

    @AfterAll
    static void stopCatalog() {
        catalog.stop(0);
    }

    @Test
    void placesAnOrderThatCanBeReadAgain() {
        MvcTestResult placed = place(ORDER);

        assertThat(placed)
                .hasStatus(HttpStatus.CREATED)
                .bodyJson()
                .extractingPath("$.total.amount")
                .isEqualTo(19.8);
        String location = placed.getResponse().getHeader(HttpHeaders.LOCATION);
        assertThat(mvc.get().uri(location))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.customer")
                .isEqualTo("Ada");
        assertThat(mvc.get().uri("/api/orders"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$[0].lines[0].sku")
                .isEqualTo("TEA-1");
    }

    @ParameterizedTest
    @CsvSource({"404, 422", "500, 502", "503, 503", "0, 503"})
    void tellsWhatIsWrongWithTheCatalog(int answer, int expected) {
        status.set(answer);

        assertThat(place(ORDER)).hasStatus(expected).hasContentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"customer\": \" \", \"email\": \"ada@example.com\", \"lines\": [{\"sku\": \"A\", \"quantity\": 1}]}"
                        + "|customer",
                "{\"customer\": \"Ada\", \"email\": \"ada\", \"lines\": [{\"sku\": \"A\", \"quantity\": 1}]}|email",
                "{\"customer\": \"Ada\", \"email\": \"ada@example.com\", \"lines\": []}|lines",
                "{\"customer\": \"Ada\", \"email\": \"ada@example.com\", \"lines\": [{\"sku\": \"A\"}]}"
                        + "|lines[0].quantity",
                "{\"customer\": \"Ada\", \"email\": \"ada@example.com\", \"lines\": [{\"sku\": \"../A\","
                        + " \"quantity\": 1}]}|lines[0].sku"
            })
    void namesTheFieldThatCannotBeAccepted(String body, String field) {
        assertThat(place(body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .hasContentType(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .extractingPath("$.fields['" + field + "']")
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null"})
    void refusesWhatIsNoOrder(String body) {
        assertThat(place(body)).hasStatus(HttpStatus.BAD_REQUEST);
    }

    @Test
    void answersNotFoundForAnUnknownOrder() {
        assertThat(mvc.get().uri("/api/orders/f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))
                .hasStatus(HttpStatus.NOT_FOUND);
        assertThat(mvc.get().uri("/api/orders/latest")).hasStatus(HttpStatus.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/liveness", "/readiness"})
    void isHealthyWithoutTheCatalog(String group) {
        status.set(0);

        assertThat(mvc.get().uri("/actuator/health" + group))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("$.status")
                .isEqualTo("UP");
    }

    private MvcTestResult place(String body) {
        return mvc.post()
                .uri("/api/orders")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    /** Answers every question with {@link #status}; with 0 it never answers. */
    private static HttpServer startCatalog() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/api/products/TEA-1", exchange -> {
                if (status.get() == 0) {
                    return;
                }
                byte[] body = """
                        {"sku": "TEA-1", "name": "Green tea", "price": {"amount": 9.90, "currency": "EUR"}}
                        """.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(status.get(), body.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(body);
                }
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("no port is free for the catalog", e);
        }
    }
}
