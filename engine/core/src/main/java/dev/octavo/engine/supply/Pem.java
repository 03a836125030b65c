package dev.octavo.engine.supply;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of a PEM file.
 *
 * @param label what stands behind BEGIN, such as {@code PUBLIC KEY}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pem(String label, byte[] bytes) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s+([A-Za-z0-9+/=\\s]+?)-----END \\1-----");

    /** All blocks, in their order; what cannot be read as one is left out. */
    static List<Pem> of(String text) {
        List<Pem> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            try {
                blocks.add(new Pem(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException e) {
                // cut off
            }
        }
        return blocks;
    }

    @Override
    public String toString() {
        return label; // the bytes may be a secret
    }
}
