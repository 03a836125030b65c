package com.example.shop.storefront;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.shop.storefront.NginxConfig.Directive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagesTest {
    private static final Path HTML = Path.of("html");
    private static final Pattern LINK = Pattern.compile("\\s(?:href|src|action)=\"([^\"]*)\"");
    private static final Pattern STYLE_LINK = Pattern.compile("url\\(\\s*['\"]?([^'\")]*)|@import\\s+['\"]([^'\"]*)");
    private static final Pattern API_PATH = Pattern.compile("[\"'`](/api/[A-Za-z0-9/_-]*)");
    private static final Pattern ID_USED = Pattern.compile("[(]\"#([a-z-]+)\"[)]");

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(HTML)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    static List<Path> pages() throws IOException {
        return files().stream()
                .filter(file -> file.toString().endsWith(".html"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws IOException {
        String text = Files.readString(page);

        assertThat(all(LINK, text)).isNotEmpty().allSatisfy(link -> assertLeadsSomewhere(page, text, link));
    }

    @Test
    void stylesUseNothingThatIsNotThere() throws IOException {
        for (Path file : files()) {
            if (file.toString().endsWith(".css")) {
                String text = Files.readString(file);
                assertThat(all(STYLE_LINK, text)).allSatisfy(link -> assertLeadsSomewhere(file, text, link));
            }
        }
    }

    @Test
    void everyApiPathIsHandedToAService() throws IOException {
        List<String> routes = proxiedPaths();
        List<String> used = files().stream()
                .flatMap(file -> all(API_PATH, read(file)).stream())
                .distinct()
                .toList();

        assertThat(used).contains("/api/products", "/api/orders").allSatisfy(path -> assertThat(routes)
                .anyMatch(path::startsWith));
    }

    @Test
    void theScriptFindsEveryElementThatItNames() throws IOException {
        String page = Files.readString(HTML.resolve("index.html"));

        assertThat(all(ID_USED, Files.readString(HTML.resolve("shop.js"))))
                .isNotEmpty()
                .allSatisfy(id -> assertThat(page).contains("id=\"" + id + "\""));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void noPageHasWhatTheContentSecurityPolicyForbids(Path page) throws IOException {
        assertThat(Files.readString(page))
                .doesNotContainPattern("<style|\\sstyle=|\\son[a-z]+=|javascript:")
                .doesNotContainPattern("<script(?![^>]*\\ssrc=)");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyPageHasALanguageATitleAndAHeading(Path page) throws IOException {
        assertThat(Files.readString(page))
                .startsWith("<!doctype html>")
                .contains("<html lang=\"en\">", "<h1", "<title>");
    }

    private static void assertLeadsSomewhere(Path page, String text, String link) {
        if (link.startsWith("#")) {
            assertThat(text).as("%s in %s", link, page).contains("id=\"" + link.substring(1) + "\"");
        } else if (link.startsWith("/api/")) {
            assertThat(proxiedPaths()).as("%s in %s", link, page).anyMatch(link::startsWith);
        } else {
            assertThat(link).as("a link in %s", page).isNotEmpty().doesNotContain("//", ":");
            Path target = link.startsWith("/") ? HTML.resolve(link.substring(1)) : page.resolveSibling(link);
            if (link.endsWith("/")) {
                target = target.resolve("index.html");
            }
            assertThat(target).as("%s in %s", link, page).isRegularFile();
        }
    }

    private static List<String> proxiedPaths() {
        return NginxConfig.parse(read(Path.of("nginx.conf")))
                .all()
                .filter(directive -> directive.name().equals("location"))
                .filter(location ->
                        location.block().stream().anyMatch(inner -> inner.name().equals("proxy_pass")))
                .map(Directive::value)
                .toList();
    }

    private static List<String> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(PagesTest::firstGroup).toList();
    }

    private static String firstGroup(MatchResult match) {
        return match.group(1) != null ? match.group(1) : match.group(match.groupCount());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
