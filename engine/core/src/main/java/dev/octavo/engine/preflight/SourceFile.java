package dev.octavo.engine.preflight;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A file's text, with its lines. */
final class SourceFile {
    private final String path;
    private final String text;
    private final Charset charset;
    private final int[] starts;

    SourceFile(String path, String text, Charset charset) {
        this.path = path;
        this.text = text;
        this.charset = charset;
        List<Integer> found = new ArrayList<>(List.of(0));
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && !text.startsWith("\n", i + 1))) {
                found.add(i + 1);
            }
        }
        this.starts = found.stream().mapToInt(Integer::intValue).toArray();
    }

    /** As UTF-8, else as GB18030, which has GBK in it, else by single bytes; empty where that is no text. */
    static Optional<SourceFile> decode(String path, byte[] bytes) {
        return decode(path, bytes, StandardCharsets.UTF_8)
                .or(() -> decode(path, bytes, Charset.forName("GB18030")))
                .or(() -> isMostlyAscii(bytes) ? decode(path, bytes, StandardCharsets.ISO_8859_1) : Optional.empty());
    }

    private static boolean isMostlyAscii(byte[] bytes) {
        int plain = 0;
        for (byte each : bytes) {
            plain += each >= ' ' || each == '\n' || each == '\r' || each == '\t' ? 1 : 0;
        }
        return plain >= bytes.length * 0.8;
    }

    private static Optional<SourceFile> decode(String path, byte[] bytes, Charset charset) {
        try {
            String text = charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return Optional.of(new SourceFile(path, text, charset));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    String path() {
        return path;
    }

    String text() {
        return text;
    }

    Charset charset() {
        return charset;
    }

    boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }

    int lines() {
        return starts.length;
    }

    /** The line of an offset, from 1. */
    int line(int offset) {
        int index = Arrays.binarySearch(starts, offset);
        return index >= 0 ? index + 1 : -index - 1;
    }

    /** The column of an offset, from 1. */
    int column(int offset) {
        return offset - starts[line(offset) - 1] + 1;
    }

    int offset(int line, int column) {
        int start = starts[Math.max(1, Math.min(line, starts.length)) - 1];
        return Math.min(text.length(), start + Math.max(0, column - 1));
    }

    int lineStart(int line) {
        return starts[line - 1];
    }

    /** Without its end. */
    String lineText(int line) {
        int from = starts[line - 1];
        int to = line < starts.length ? starts[line] : text.length();
        return text.substring(from, to).stripTrailing();
    }
}
