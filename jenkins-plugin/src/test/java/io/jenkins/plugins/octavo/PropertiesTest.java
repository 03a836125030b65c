package io.jenkins.plugins.octavo;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All texts of the plugin are there in English and in Chinese. */
class PropertiesTest {
    private static final Path RESOURCES =
            Path.of(System.getProperty("basedir", System.getProperty("octavo.plugin", ".")), "src/main/resources");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\d");
    private static final Pattern KEY = Pattern.compile("\\$\\{%([^}(]+)");

    @Test
    void propertiesAreAscii() throws IOException {
        assertAll(files(".properties").stream().map(file -> () -> {
            for (byte each : Files.readAllBytes(file)) {
                assertTrue(each > 0, () -> file + " is not pure ASCII");
            }
        }));
    }

    @Test
    void bothLanguagesHaveTheSameKeysAndPlaceholders() throws IOException {
        assertAll(
                files(".properties").stream().filter(PropertiesTest::isEnglish).map(file -> () -> {
                    Properties english = load(file);
                    Properties chinese = load(chinese(file, ".properties"));
                    assertEquals(english.stringPropertyNames(), chinese.stringPropertyNames(), file::toString);
                    for (String key : english.stringPropertyNames()) {
                        assertFalse(chinese.getProperty(key).isBlank(), () -> file + " " + key);
                        assertEquals(
                                placeholders(english.getProperty(key)),
                                placeholders(chinese.getProperty(key)),
                                () -> file + " " + key);
                    }
                }));
    }

    @Test
    void noApostropheSwallowsPlaceholders() throws IOException {
        assertAll(files(".properties").stream().map(file -> () -> {
            Properties texts = load(file);
            for (String key : texts.stringPropertyNames()) {
                String text = texts.getProperty(key);
                assertEquals(
                        placeholders(text),
                        new MessageFormat(text).getFormatsByArgumentIndex().length,
                        () -> file + " " + key + ": write '' for an apostrophe");
            }
        }));
    }

    @Test
    void pagesUseKeysThatExist() throws IOException {
        assertAll(files(".jelly").stream().map(file -> () -> {
            Path properties = file.resolveSibling(file.getFileName().toString().replace(".jelly", ".properties"));
            List<String> keys = KEY.matcher(Files.readString(file))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            if (!keys.isEmpty()) {
                Properties texts = load(properties);
                keys.forEach(key -> assertTrue(texts.containsKey(key), () -> properties + " lacks " + key));
            }
        }));
    }

    @Test
    void pagesEscapeAndHoldNoScripts() throws IOException {
        assertAll(files(".jelly").stream().map(file -> () -> {
            String page = Files.readString(file);
            assertTrue(page.startsWith("<?jelly escape-by-default='true'?>"), file::toString);
            assertFalse(
                    Pattern.compile("<style|style=|<script(?![^>]*src=)|\\son[a-z]+=|checkUrl")
                            .matcher(page)
                            .find(),
                    file::toString);
        }));
    }

    @Test
    void helpIsThereInBothLanguages() throws IOException {
        assertAll(files(".html").stream().filter(PropertiesTest::isEnglish).map(file -> () -> {
            assertTrue(Files.exists(chinese(file, ".html")), () -> chinese(file, ".html") + " is missing");
            StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(Files.readAllBytes(file)));
        }));
    }

    private static int placeholders(String text) {
        return (int) PLACEHOLDER
                .matcher(text)
                .results()
                .map(match -> match.group())
                .distinct()
                .count();
    }

    private static boolean isEnglish(Path file) {
        return !file.getFileName().toString().contains("_zh_CN.");
    }

    private static Path chinese(Path file, String extension) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - extension.length()) + "_zh_CN" + extension);
    }

    private static Properties load(Path file) throws IOException {
        assertTrue(Files.exists(file), () -> file + " is missing");
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            properties.load(reader);
        }
        return properties;
    }

    private static List<Path> files(String extension) throws IOException {
        try (Stream<Path> files = Files.walk(RESOURCES)) {
            return files.filter(file -> file.toString().endsWith(extension))
                    .sorted()
                    .toList();
        }
    }
}
