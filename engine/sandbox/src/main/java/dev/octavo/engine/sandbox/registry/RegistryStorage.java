package dev.octavo.engine.sandbox.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A registry's content as files. Each appears whole or not at all.
 *
 * <pre>
 * blobs/HEX                              what was pushed, once for all repositories
 * repositories/NAME/_blobs/HEX           that the repository has the blob
 * repositories/NAME/_manifests/HEX       the manifest's media type
 * repositories/NAME/_tags/TAG            the manifest's digest
 * repositories/NAME/_referrers/HEX/HEX   that the second manifest refers to the first as its subject
 * uploads/ID                             what has come of a blob so far
 * </pre>
 */
final class RegistryStorage {
    private static final int BUFFER = 64 * 1024;

    private final Path root;
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();

    private RegistryStorage(Path root) {
        this.root = root;
    }

    static RegistryStorage open(Path root) throws IOException {
        RegistryStorage storage = new RegistryStorage(root.toAbsolutePath());
        Files.createDirectories(storage.root.resolve("blobs"));
        Files.createDirectories(storage.root.resolve("repositories"));
        // uploads that were under way when an earlier registry ended cannot be continued
        Path left = Files.createDirectories(storage.root.resolve("uploads"));
        for (Path each : list(left)) {
            Files.deleteIfExists(each);
        }
        return storage;
    }

    /** A manifest or index. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way; never compared
    record StoredManifest(String digest, String mediaType, byte[] bytes) {}

    // ---- blobs

    Path blob(String digest) {
        return root.resolve("blobs").resolve(hex(digest));
    }

    boolean hasBlob(String repository, String digest) {
        return Files.exists(link(repository, "_blobs", hex(digest))) && Files.exists(blob(digest));
    }

    /** Whether any repository has it. */
    boolean hasBlob(String digest) {
        return Files.exists(blob(digest));
    }

    void linkBlob(String repository, String digest) throws IOException {
        put(link(repository, "_blobs", hex(digest)), new byte[0]);
    }

    boolean unlinkBlob(String repository, String digest) throws IOException {
        return Files.deleteIfExists(link(repository, "_blobs", hex(digest)));
    }

    // ---- uploads

    /** A blob on its way in. Its methods are called by one thread at a time. */
    final class Upload {
        private final String id = UUID.randomUUID().toString();
        private final String repository;
        private final Path file = root.resolve("uploads").resolve(id);
        private final MessageDigest sha = sha256();
        private long size;

        private Upload(String repository) {
            this.repository = repository;
        }

        String id() {
            return id;
        }

        String repository() {
            return repository;
        }

        synchronized long size() {
            return size;
        }

        synchronized void append(InputStream in) throws IOException {
            try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                byte[] buffer = new byte[BUFFER];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    out.write(buffer, 0, n);
                    sha.update(buffer, 0, n);
                    size += n;
                }
            }
        }

        /** Makes it a blob of its repository. @return false where the digest is another; the upload is gone either way */
        synchronized boolean finish(String digest) throws IOException {
            uploads.remove(id);
            try {
                if (!("sha256:" + HexFormat.of().formatHex(sha.digest())).equals(digest)) {
                    return false;
                }
                if (!Files.exists(file)) {
                    Files.createFile(file); // an empty blob
                }
                move(file, blob(digest));
                linkBlob(repository, digest);
                return true;
            } finally {
                Files.deleteIfExists(file);
            }
        }

        synchronized void cancel() throws IOException {
            uploads.remove(id);
            Files.deleteIfExists(file);
        }
    }

    Upload beginUpload(String repository) {
        Upload upload = new Upload(repository);
        uploads.put(upload.id, upload);
        return upload;
    }

    Optional<Upload> upload(String repository, String id) {
        return Optional.ofNullable(uploads.get(id)).filter(upload -> upload.repository.equals(repository));
    }

    // ---- manifests

    Optional<StoredManifest> manifest(String repository, String selector) throws IOException {
        try {
            String digest = selector.startsWith("sha256:")
                    ? selector
                    : Files.readString(link(repository, "_tags", selector)).strip();
            String mediaType = Files.readString(link(repository, "_manifests", hex(digest)));
            return Optional.of(new StoredManifest(digest, mediaType, Files.readAllBytes(blob(digest))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** @param tag null where it was pushed by its digest */
    void putManifest(String repository, StoredManifest manifest, @Nullable String tag, @Nullable String subject)
            throws IOException {
        put(blob(manifest.digest()), manifest.bytes());
        put(
                link(repository, "_manifests", hex(manifest.digest())),
                manifest.mediaType().getBytes(StandardCharsets.UTF_8));
        if (subject != null) {
            put(link(repository, "_referrers", hex(subject)).resolve(hex(manifest.digest())), new byte[0]);
        }
        if (tag != null) {
            put(link(repository, "_tags", tag), manifest.digest().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Takes a tag away, or by its digest a manifest with all its tags. */
    boolean deleteManifest(String repository, String selector) throws IOException {
        if (!selector.startsWith("sha256:")) {
            return Files.deleteIfExists(link(repository, "_tags", selector));
        }
        boolean deleted = Files.deleteIfExists(link(repository, "_manifests", hex(selector)));
        for (String tag : tags(repository)) {
            Path file = link(repository, "_tags", tag);
            if (Files.readString(file).strip().equals(selector)) {
                Files.deleteIfExists(file);
            }
        }
        for (Path subject : list(link(repository, "_referrers", ""))) {
            Files.deleteIfExists(subject.resolve(hex(selector)));
        }
        return deleted;
    }

    /** Sorted. */
    List<String> tags(String repository) throws IOException {
        return names(list(link(repository, "_tags", "")));
    }

    /** The digests of the manifests whose subject it is, sorted. */
    List<String> referrers(String repository, String digest) throws IOException {
        return names(list(link(repository, "_referrers", hex(digest)))).stream()
                .map(hex -> "sha256:" + hex)
                .toList();
    }

    boolean hasRepository(String repository) {
        return Files.isDirectory(root.resolve("repositories").resolve(repository));
    }

    /** Sorted; only those that hold a manifest. */
    List<String> repositories() throws IOException {
        Path folder = root.resolve("repositories");
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(path -> path.endsWith("_manifests")).toList()) {
                if (!list(each).isEmpty() && each.getParent() != null) {
                    found.add(folder.relativize(each.getParent()).toString().replace('\\', '/'));
                }
            }
        }
        return found.stream().sorted().toList();
    }

    // ---- files

    private Path link(String repository, String kind, String name) {
        Path folder = root.resolve("repositories").resolve(repository).resolve(kind);
        return name.isEmpty() ? folder : folder.resolve(name);
    }

    private static List<String> names(List<Path> files) {
        return files.stream()
                .map(file -> String.valueOf(file.getFileName()))
                .sorted()
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    private void put(Path file, byte[] bytes) throws IOException {
        // made beside the uploads: a name that ends in .tmp would be a tag of its own
        Path temporary = Files.createTempFile(root.resolve("uploads"), "put", ".tmp");
        try {
            Files.write(temporary, bytes);
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static String digest(byte[] bytes) {
        MessageDigest sha = sha256();
        sha.update(bytes);
        return "sha256:" + HexFormat.of().formatHex(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String hex(String digest) {
        return digest.substring("sha256:".length());
    }
}
