package dev.octavo.engine.image;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.image.ReproducibleLayerBuilder;
import com.google.common.collect.ImmutableList;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.image.registry.Digests;
import dev.octavo.engine.image.registry.MediaTypes;
import dev.octavo.engine.image.registry.Told;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * The cache's blobs, each under its digest, and which of them a layer's content became before.
 *
 * <p>Layers are Jib's. They are found by what is in them, not by names and times, so that a changed file can't be missed.
 * Several processes may use one store: what appears in it is whole, and never changes.
 */
final class LayerStore {
    /** Changes whenever the same content would give other bytes. */
    private static final String FORMAT = "1";

    private static final int BUFFER = 64 * 1024;
    /** From this size on it is tried first whether compressing is of use. */
    private static final long LARGE = 256L << 20;

    private static final int SAMPLE = 1 << 20;
    private static final int SMALLER_PERCENT = 98;
    private static final Duration LEFT_OVER_AFTER = Duration.ofDays(1);

    private final Path root;
    private final EngineContext context;

    LayerStore(EngineContext context) {
        this.root = context.cache().resolve("images");
        this.context = context;
    }

    /** Writes what a layer's tar holds. */
    @FunctionalInterface
    interface Tar {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The folder for things that belong to the store. */
    Path folder(String name) {
        return root.resolve(name);
    }

    Path blob(String digest) {
        return root.resolve("blobs").resolve("sha256").resolve(Digests.hex(digest));
    }

    /**
     * The layer of files, made where the store hasn't got it.
     *
     * @param packed whether most of it is compressed already, so that trying hard is no use
     */
    StoredLayer layer(String name, List<LayerFile> files, boolean packed) {
        try {
            List<LayerFile> sorted =
                    files.stream().sorted(Comparator.comparing(LayerFile::path)).toList();
            boolean incompressible = isIncompressible(sorted);
            int level = incompressible
                    ? Deflater.NO_COMPRESSION
                    : packed ? Deflater.BEST_SPEED : Deflater.DEFAULT_COMPRESSION;
            String key = key(sorted, FORMAT + packed + (incompressible ? " stored" : ""));
            Optional<StoredLayer> known = find(name, key);
            return known.isPresent() ? known.get() : make(name, key, sorted, level);
        } catch (IOException e) {
            throw disk(root, e);
        }
    }

    private static String key(List<LayerFile> files, String way) throws IOException {
        MessageDigest sha = Digests.sha256();
        update(sha, way);
        for (LayerFile file : files) {
            update(sha, file.path() + "\0" + file.mode() + "\0" + file.owner());
            update(sha, file.content().identity());
        }
        return Digests.hex(Digests.format(sha));
    }

    private static void update(MessageDigest sha, String text) {
        sha.update(text.getBytes(StandardCharsets.UTF_8));
        sha.update((byte) 0);
    }

    /** The layer that was stored under a key. */
    Optional<StoredLayer> find(String name, String key) throws IOException {
        try {
            String[] words = Files.readString(root.resolve("layers").resolve(key))
                    .strip()
                    .split(" ");
            Path file = blob(words[0]);
            // a half-written disk or a hand that deleted blobs must not end in a broken image
            if (words.length == 3 && Files.isRegularFile(file) && Files.size(file) == Long.parseLong(words[2])) {
                return Optional.of(
                        new StoredLayer(name, MediaTypes.OCI_LAYER_GZIP, words[0], words[1], Files.size(file), file));
            }
            return Optional.empty();
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private StoredLayer make(String name, String key, List<LayerFile> files, int level) throws IOException {
        Path temporary = temporaryFolder();
        try {
            ImmutableList.Builder<FileEntry> entries = ImmutableList.builder();
            for (int i = 0; i < files.size(); i++) {
                LayerFile file = files.get(i);
                entries.add(new FileEntry(
                        onDisk(file.content(), temporary.resolve("f" + i)),
                        AbsoluteUnixPath.get(file.path()),
                        FilePermissions.fromOctalString(String.format("%03o", file.mode())),
                        FileEntriesLayer.DEFAULT_MODIFICATION_TIME,
                        file.owner()));
            }
            return write(name, key, level, out -> new ReproducibleLayerBuilder(entries.build())
                    .build()
                    .writeTo(out));
        } finally {
            delete(temporary);
        }
    }

    /**
     * Whether the beginning of a file so large that it is most of the layer's work gets no smaller: an archive, a film, a
     * model. It takes minutes to find that out of all of it.
     */
    private static boolean isIncompressible(List<LayerFile> files) throws IOException {
        for (LayerFile each : files) {
            if (each.content() instanceof Content.OnDisk large && Files.size(large.file()) >= LARGE) {
                byte[] sample;
                try (InputStream in = each.content().open()) {
                    sample = in.readNBytes(SAMPLE);
                }
                Deflater deflater = new Deflater(Deflater.BEST_SPEED);
                try {
                    deflater.setInput(sample);
                    deflater.finish();
                    if (deflater.deflate(new byte[SAMPLE * 2]) > sample.length / 100 * SMALLER_PERCENT) {
                        return true;
                    }
                } finally {
                    deflater.end();
                }
            }
        }
        return false;
    }

    private static Path onDisk(Content content, Path place) throws IOException {
        if (content instanceof Content.OnDisk file) {
            return file.file();
        }
        if (content instanceof Content.Folder) {
            return Files.createDirectory(place);
        }
        try (InputStream in = content.open()) {
            Files.copy(in, place);
        }
        return place;
    }

    /** Stores a tar under a key. */
    StoredLayer write(String name, String key, boolean packed, Tar tar) throws IOException {
        return write(name, key, packed ? Deflater.BEST_SPEED : Deflater.DEFAULT_COMPRESSION, tar);
    }

    private StoredLayer write(String name, String key, int level, Tar tar) throws IOException {
        Path blobs = Files.createDirectories(root.resolve("blobs").resolve("sha256"));
        Path temporary = Files.createTempFile(blobs, ".layer", ".tmp");
        try {
            MessageDigest compressed = Digests.sha256();
            MessageDigest plain = Digests.sha256();
            try (OutputStream out = new DigestOutputStream(
                            new BufferedOutputStream(Files.newOutputStream(temporary), BUFFER), compressed);
                    OutputStream tarred = new CheckedOutputStream(
                            new DigestOutputStream(new LevelledGzip(out, level), plain), context, name)) {
                tar.writeTo(tarred);
            }
            String digest = Digests.format(compressed);
            String diffId = Digests.format(plain);
            long size = Files.size(temporary);
            move(temporary, blob(digest));
            put(
                    root.resolve("layers").resolve(key),
                    (digest + " " + diffId + " " + size).getBytes(StandardCharsets.UTF_8));
            return new StoredLayer(name, MediaTypes.OCI_LAYER_GZIP, digest, diffId, size, blob(digest));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Writes a file that others see whole or not at all. */
    void put(Path file, byte[] bytes) throws IOException {
        Path folder = Files.createDirectories(folderOf(file));
        Path temporary = Files.createTempFile(folder, ".put", ".tmp");
        try {
            Files.write(temporary, bytes);
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** A new folder in the store, for the caller to delete. */
    Path temporaryFolder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(root.resolve("tmp")), "t");
    }

    /** Deletes what builds that were killed have left. */
    void deleteLeftOvers() throws IOException {
        Instant old = Instant.now(context.clock()).minus(LEFT_OVER_AFTER);
        List<Path> all;
        try (Stream<Path> files = Files.list(Files.createDirectories(root.resolve("tmp")))) {
            all = files.toList();
        }
        for (Path each : all) {
            if (Files.getLastModifiedTime(each).toInstant().isBefore(old)) {
                delete(each);
            }
        }
    }

    static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException | UncheckedIOException e) {
            // what cannot be deleted now is rubbish in a cache, no failure of a build
        }
    }

    static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static EngineException disk(Path where, IOException e) {
        boolean full = String.valueOf(e.getMessage()).contains("No space left");
        return new EngineException(
                ErrorCode.BUILD_DISK,
                full ? "The disk is full" : "A part of the image cannot be read or written",
                where.toString(),
                e.getClass().getSimpleName() + ": " + e.getMessage(),
                full ? "free some space and run it again" : "check that the folder can be written, then run it again",
                e);
    }

    /** Compresses with an effort that fits the content. */
    private static final class LevelledGzip extends GZIPOutputStream {
        LevelledGzip(OutputStream out, int level) throws IOException {
            super(out, BUFFER);
            def.setLevel(level);
        }
    }

    /** Stops a long layer on cancellation, and tells how far it has got. */
    private static final class CheckedOutputStream extends OutputStream {
        private final OutputStream out;
        private final EngineContext context;
        private final Told told;

        CheckedOutputStream(OutputStream out, EngineContext context, String layer) {
            this.out = out;
            this.context = context;
            this.told = new Told(context.listener(), "Packing the layer " + layer, 0);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            context.cancellation().check();
            out.write(bytes, offset, length);
            told.add(length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
