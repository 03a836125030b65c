package dev.octavo.engine.image;

import dev.octavo.engine.image.registry.Digests;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What is in one file of a layer. */
sealed interface Content {
    InputStream open() throws IOException;

    /** The same for the same content, and for no other. */
    default String identity() throws IOException {
        try (InputStream in = open()) {
            return Digests.of(in);
        }
    }

    /** A file as it is on the disk. */
    record OnDisk(Path file) implements Content {
        @Override
        public InputStream open() throws IOException {
            return Files.newInputStream(file);
        }
    }

    /** A file in an archive, which stays open as long as this is used. */
    record InArchive(ZipFile archive, ZipEntry entry) implements Content {
        /** Where a jar lists its entries with their checksums; more than that need not be read of a library. */
        private static final int TAIL = 64 * 1024;

        @Override
        public InputStream open() throws IOException {
            return archive.getInputStream(entry);
        }

        /**
         * A library lies in the archive as it is, with its size and checksum, and is a jar itself: these and the list at
         * its end are read in place of megabytes for each build.
         */
        @Override
        public String identity() throws IOException {
            if (entry.getMethod() != ZipEntry.STORED || entry.getCrc() < 0 || entry.getSize() <= TAIL) {
                return Content.super.identity();
            }
            try (InputStream in = open()) {
                in.skipNBytes(entry.getSize() - TAIL);
                return entry.getSize() + ":" + entry.getCrc() + ":" + Digests.of(in);
            }
        }
    }

    /** A text that Octavo writes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] bytes) implements Content {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }
    }

    /** A folder, without what is in it. */
    record Folder() implements Content {
        @Override
        public InputStream open() {
            return InputStream.nullInputStream();
        }

        @Override
        public String identity() {
            return "folder";
        }
    }
}
