package dev.octavo.engine.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Which of some words are in a text, whose characters are bytes. All are looked for at the same time: reading megabytes of
 * sources a dozen times over is what a short command would spend its time with.
 */
final class Mentions {
    /** In their order, so that one of them is found. */
    private static final String[] WORDS = {
        " main",
        "://",
        "@Controller",
        "@Enable",
        "@Path",
        "@RestController",
        "@Value(",
        "Application",
        "Client",
        "DataSourceAutoConfiguration",
        "Mapping",
        "Reference",
        "RouterFunction",
        "ServerEndpoint",
        "Servlet",
        "Spring",
    };

    private static final byte[][] BYTES = new byte[WORDS.length][];
    /** By first byte, those that begin with it. */
    private static final int[][] STARTS = new int[1 << Byte.SIZE][];

    static {
        for (int i = 0; i < WORDS.length; i++) {
            BYTES[i] = WORDS[i].getBytes(StandardCharsets.ISO_8859_1);
            int first = BYTES[i][0];
            int[] others = STARTS[first];
            STARTS[first] = others == null ? new int[1] : Arrays.copyOf(others, others.length + 1);
            STARTS[first][STARTS[first].length - 1] = i;
        }
    }

    private final int found;

    private Mentions(int found) {
        this.found = found;
    }

    static Mentions in(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int found = 0;
        for (int at = 0; at < bytes.length; at++) {
            int[] words = STARTS[bytes[at] & 0xff];
            if (words != null) {
                for (int word : words) {
                    if ((found & 1 << word) == 0 && isAt(bytes, at, BYTES[word])) {
                        found |= 1 << word;
                    }
                }
            }
        }
        return new Mentions(found);
    }

    private static boolean isAt(byte[] bytes, int at, byte[] word) {
        if (at + word.length > bytes.length) {
            return false;
        }
        for (int i = 1; i < word.length; i++) {
            if (bytes[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** @throws IllegalArgumentException for a word that is not looked for */
    boolean has(String word) {
        int place = Arrays.binarySearch(WORDS, word);
        if (place < 0) {
            throw new IllegalArgumentException(word);
        }
        return (found & 1 << place) != 0;
    }
}
