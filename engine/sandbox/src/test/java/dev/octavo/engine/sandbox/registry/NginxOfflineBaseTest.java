package dev.octavo.engine.sandbox.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.octavo.engine.image.OfflineBaseContributor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NginxOfflineBaseTest {
    private final OfflineBaseContributor nginx =
            ServiceLoader.load(OfflineBaseContributor.class).findFirst().orElseThrow();

    @TempDir
    Path folder;

    @Test
    void standsInForNginxAlone() {
        assumeThat(nginx.appliesTo("library/nginx")).isTrue(); // else the web server isn't in this build

        assertThat(nginx.appliesTo("nginxinc/nginx-unprivileged")).isTrue();
        assertThat(nginx.appliesTo("library/nginx-exporter")).isFalse();
        assertThat(nginx.appliesTo("library/eclipse-temurin")).isFalse();
        assertThat(nginx.exposedPorts("library/nginx")).containsExactly("80/tcp");
        assertThat(nginx.exposedPorts("nginxinc/nginx-unprivileged")).containsExactly("8080/tcp");
    }

    @Test
    void writesTheSameFilesEachTime() throws IOException {
        assumeThat(nginx.appliesTo("library/nginx")).isTrue();
        Path first = Files.createDirectory(folder.resolve("1"));
        Path second = Files.createDirectory(folder.resolve("2"));

        nginx.writeFiles("nginxinc/nginx-unprivileged", first);
        nginx.writeFiles("nginxinc/nginx-unprivileged", second);

        assertThat(first.resolve("opt/octavo/nginx.jar"))
                .hasSameBinaryContentAs(second.resolve("opt/octavo/nginx.jar"));
        assertThat(first.resolve("etc/nginx/nginx.conf")).content().contains("include /etc/nginx/conf.d/*.conf;");
        assertThat(first.resolve("etc/nginx/conf.d/default.conf")).content().contains("listen 8080;");
        assertThat(first.resolve("etc/nginx/mime.types")).content().contains("text/css css;");
        assertThat(first.resolve("usr/share/nginx/html/index.html")).exists();
    }
}
