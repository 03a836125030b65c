package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.Digests;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Looks into a base image's layers, for the few questions that a Dockerfile leaves open. Each layer is read once, and what
 * matters of it is kept in the cache.
 */
final class BaseFiles {
    private static final int ACCOUNTS_MAX = 1 << 20;
    private static final char FOLDER = 'D';
    private static final char USER = 'U';
    private static final char GROUP = 'G';

    private final BaseImage base;
    private final LayerStore store;
    private final Set<String> folders = new HashSet<>();
    private final Set<String> users = new HashSet<>();
    private final Set<String> groups = new HashSet<>();
    private boolean read;

    BaseFiles(BaseImage base, LayerStore store) {
        this.base = base;
        this.store = store;
    }

    boolean isFolder(String path) throws IOException {
        read();
        return path.equals("/") || folders.contains(path);
    }

    /** The number of a user of the base's {@code /etc/passwd}. */
    Optional<String> user(String name) throws IOException {
        read();
        return number(users, name);
    }

    Optional<String> group(String name) throws IOException {
        read();
        return number(groups, name);
    }

    private static Optional<String> number(Set<String> accounts, String name) {
        return accounts.stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields.length > 2 && fields[0].equals(name))
                .map(fields -> fields[2])
                .findFirst();
    }

    private void read() throws IOException {
        if (read) {
            return;
        }
        read = true;
        for (StoredLayer layer : base.layers()) {
            if (layer.mediaType().endsWith("gzip")) {
                Path index = store.folder("folders").resolve(Digests.hex(layer.digest()));
                if (!Files.isRegularFile(index)) {
                    store.put(index, scan(layer).getBytes(StandardCharsets.UTF_8));
                }
                take(Files.readAllLines(index, StandardCharsets.UTF_8));
            }
        }
    }

    private void take(List<String> index) {
        // a later layer's accounts replace those of an earlier one
        if (index.stream().anyMatch(line -> line.charAt(0) == USER)) {
            users.clear();
        }
        if (index.stream().anyMatch(line -> line.charAt(0) == GROUP)) {
            groups.clear();
        }
        for (String line : index) {
            (line.charAt(0) == USER ? users : line.charAt(0) == GROUP ? groups : folders).add(line.substring(1));
        }
    }

    /** A layer's folders and accounts, each on a line that begins with its kind. */
    private static String scan(StoredLayer layer) throws IOException {
        Set<String> lines = new TreeSet<>();
        try (InputStream file = Files.newInputStream(layer.file());
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GZIPInputStream(new BufferedInputStream(file)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String path = "/" + entry.getName().replaceAll("^(?:\\./|/)+|/+$", "");
                String folder = entry.isDirectory() ? path : path.substring(0, Math.max(1, path.lastIndexOf('/')));
                lines.add(FOLDER + folder);
                char kind = path.equals("/etc/passwd") ? USER : path.equals("/etc/group") ? GROUP : FOLDER;
                if (kind != FOLDER) {
                    new String(tar.readNBytes(ACCOUNTS_MAX), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank())
                            .forEach(line -> lines.add(kind + line));
                }
            }
        }
        return String.join("\n", lines);
    }
}
