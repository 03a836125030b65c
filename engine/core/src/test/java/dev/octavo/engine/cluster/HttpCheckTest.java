package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCheckTest {
    @ParameterizedTest
    @CsvSource({
        "http://orders:8080/health,                         /api/v1/namespaces/home/services/orders:8080/proxy/health",
        "http://orders,                                     /api/v1/namespaces/home/services/orders:80/proxy/",
        "https://orders/a?b=c,                              /api/v1/namespaces/home/services/https:orders:443/proxy/a?b=c",
        "http://orders.shop.svc:81/x,                       /api/v1/namespaces/shop/services/orders:81/proxy/x",
        "http://orders.shop.svc.cluster.local/x,            /api/v1/namespaces/shop/services/orders:80/proxy/x",
        "https://shop.example.com/,                         ''",
        "http://localhost:8080/,                            ''",
    })
    void leadsToServicesThroughTheApiServer(String url, String path) {
        assertThat(HttpCheck.parse(url).servicePath("home")).isEqualTo(path);
    }

    @Test
    void expectsSuccessWhereNothingElseIsSaid() {
        HttpCheck check = HttpCheck.parse("http://orders/health");

        assertThat(check.expects(200, "")).isTrue();
        assertThat(check.expects(302, "")).isTrue();
        assertThat(check.expects(503, "")).isFalse();
        assertThat(check.expects(0, "")).isFalse();
    }

    @Test
    void expectsTheStatusAndTheTextBehindTheAddress() {
        HttpCheck check = HttpCheck.parse("http://orders/health 2xx \"status\": \"UP\"");

        assertThat(check.expects(204, "{\"status\": \"UP\"}")).isTrue();
        assertThat(check.expects(200, "{\"status\": \"DOWN\"}")).isFalse();
        assertThat(HttpCheck.parse("http://orders/health UP").expects(200, "UP"))
                .isTrue();
        assertThat(HttpCheck.parse("http://orders/x 404").expects(404, "")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://", "http:///x", "http://user:secret@orders/"})
    void refusesWhatIsNoAddress(String check) {
        assertThatThrownBy(() -> HttpCheck.parse(check))
                .isInstanceOfSatisfying(
                        EngineException.class,
                        e -> assertThat(e.describe()).doesNotContain("secret").contains("URL [STATUS] [TEXT]"));
    }
}
