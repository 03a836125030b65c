package com.example.shop.storefront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.example.shop.storefront.NginxConfig.Directive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NginxConfigTest {
    private Directive config;

    @BeforeEach
    void read() throws IOException {
        config = NginxConfig.read(Path.of("nginx.conf"));
    }

    @Test
    void listensWhereAnyUserMay() {
        assertThat(named("listen")).extracting(Directive::value).containsExactly("8080");
        assertThat(named("user")).isEmpty();
    }

    @Test
    void writesToTheTemporaryFolderAndTheOutputOnly() {
        List<Directive> paths = config.all()
                .filter(directive -> directive.name().endsWith("_temp_path")
                        || directive.name().equals("pid"))
                .toList();

        assertThat(paths).hasSize(6).allSatisfy(path -> assertThat(path.value()).startsWith("/tmp/"));
        assertThat(named("error_log"))
                .allSatisfy(log -> assertThat(log.words().get(1)).startsWith("/dev/"));
        assertThat(named("access_log"))
                .allSatisfy(log -> assertThat(log.words().get(1)).matches("/dev/.*|off"));
    }

    @Test
    void saysThatItIsHealthyWithoutAskingAService() {
        Directive health = location("=", "/healthz");

        assertThat(health.block()).extracting(Directive::words).contains(List.of("return", "200", "ok\\n"));
        assertThat(health.all()).extracting(Directive::name).doesNotContain("proxy_pass");
    }

    @Test
    void handsEachApiToItsService() {
        assertThat(proxied("/api/products")).isEqualTo("http://catalog-service");
        assertThat(proxied("/api/orders")).isEqualTo("http://orders-service");
    }

    @Test
    void doesNotWaitForAServiceForever() {
        assertThat(named("location"))
                .filteredOn(location ->
                        location.all().anyMatch(inner -> inner.name().equals("proxy_pass")))
                .hasSize(2)
                .allSatisfy(location -> assertThat(location.block())
                        .extracting(Directive::name)
                        .contains("proxy_connect_timeout", "proxy_read_timeout"));
    }

    @Test
    void servesTheFolderThatTheImageHasThePagesIn() throws IOException {
        String root = named("root").get(0).value();
        List<String> dockerfile = Files.readAllLines(Path.of("Dockerfile"));

        assertThat(dockerfile).contains("COPY html/ " + root + "/", "COPY nginx.conf /etc/nginx/nginx.conf");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http {",
                "http { server { }",
                "}",
                "listen 8080",
                "server { listen 8080 }",
                "root /a\nindex b;",
                ";",
                "return 200 \"ok;"
            })
    void aConfigurationThatNginxWouldRefuseIsRefusedHere(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NginxConfig.parse(text))
                .withMessageStartingWith("line ");
    }

    private List<Directive> named(String name) {
        return config.all().filter(directive -> directive.name().equals(name)).toList();
    }

    private Directive location(String... words) {
        List<String> all =
                Stream.concat(Stream.of("location"), Stream.of(words)).toList();
        return named("location").stream()
                .filter(location -> location.words().equals(all))
                .findFirst()
                .orElseThrow();
    }

    private String proxied(String path) {
        return location(path).block().stream()
                .filter(directive -> directive.name().equals("proxy_pass"))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
