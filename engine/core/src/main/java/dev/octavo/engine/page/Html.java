package dev.octavo.engine.page;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Pieces of pages in HTML, and of pictures in SVG: no script, nothing from elsewhere. */
public final class Html {
    private Html() {}

    /** A text as content of an element, or of an attribute in double quotes; controls become spaces. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> escaped.appendCodePoint(Character.isISOControl(c) && c != '\n' && c != '\t' ? ' ' : c);
            }
        });
        return escaped.toString();
    }

    /**
     * Appends an element that holds a text.
     *
     * @param style its class; {@code ""} for none
     */
    public static StringBuilder element(StringBuilder html, String name, String style, String text) {
        html.append('<').append(name);
        if (!style.isEmpty()) {
            html.append(" class=\"").append(style).append('"');
        }
        return html.append('>').append(escape(text)).append("</").append(name).append('>');
    }

    /**
     * Appends the beginning of a page, with its title as heading, in the reader's light or dark, for any width.
     *
     * @param owner the class beside which the style sheet is
     */
    public static void begin(StringBuilder html, String title, Class<?> owner, String styleSheet) {
        html.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n");
        element(html, "title", "", title).append("\n<style>\n");
        html.append(resource(owner, styleSheet)).append("</style>\n</head>\n<body>\n");
        element(html, "h1", "", title).append('\n');
    }

    private static String resource(Class<?> owner, String name) {
        try (InputStream resource = Objects.requireNonNull(owner.getResourceAsStream(name))) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Writes a page into a file, with the folders it needs.
     *
     * @param what the page, as an error says it: {@code The plan's page}
     * @throws EngineException {@link ErrorCode#BUILD_DISK}
     */
    public static void write(String page, Path file, String what) {
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, page, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    what + " cannot be written",
                    file.toString(),
                    String.valueOf(e.getMessage()),
                    "name a file that can be written by \"html\"",
                    e);
        }
    }
}
