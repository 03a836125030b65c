package dev.octavo.engine.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests in the form that images use: {@code sha256:} and 64 hexadecimal digits. */
public final class Digests {
    private static final int BUFFER = 64 * 1024;

    private Digests() {}

    /** A new, empty SHA-256. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Finishes it. */
    public static String format(MessageDigest digest) {
        return "sha256:" + HexFormat.of().formatHex(digest.digest());
    }

    /** The digest of bytes. */
    public static String of(byte[] bytes) {
        MessageDigest digest = sha256();
        digest.update(bytes);
        return format(digest);
    }

    /** The digest of a file's content. */
    public static String of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /** The digest of what is left in a stream. */
    public static String of(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return format(digest);
    }

    /** The digits after {@code sha256:}. */
    public static String hex(String digest) {
        return digest.substring(digest.indexOf(':') + 1);
    }
}
