package dev.octavo.engine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a Linux program or library needs in order to be loaded.
 *
 * @param interpreter the loader, null for a library
 * @param needed names of libraries
 * @param runPaths folders to look in first; {@code $ORIGIN} is the file's own
 */
record ElfFile(@Nullable String interpreter, List<String> needed, List<String> runPaths) {
    private static final int MAGIC = 0x7f454c46;
    private static final int HEADER = 64;
    private static final int PROGRAM_HEADER = 56;
    private static final int LOAD = 1;
    private static final int DYNAMIC = 2;
    private static final int INTERPRETER = 3;
    private static final long TAG_NEEDED = 1;
    private static final long TAG_STRINGS = 5;
    private static final long TAG_RUN_PATH_OLD = 15;
    private static final long TAG_RUN_PATH = 29;

    /** A piece of the file and where it is in memory. */
    private record Segment(int type, long offset, long address, long size) {}

    /** Reads a file's headers; empty where it is no 64-bit little-endian ELF file. */
    static Optional<ElfFile> read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < HEADER) {
                return Optional.empty();
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            if (bytes.getInt(0) != MAGIC || bytes.get(4) != 2 || bytes.get(5) != 1) {
                return Optional.empty();
            }
            return Optional.of(read(bytes.order(ByteOrder.LITTLE_ENDIAN)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    private static ElfFile read(ByteBuffer bytes) {
        List<Segment> segments = new ArrayList<>();
        int table = Math.toIntExact(bytes.getLong(32));
        int count = bytes.getShort(56) & 0xffff;
        for (int i = 0; i < count; i++) {
            int at = table + i * PROGRAM_HEADER;
            segments.add(new Segment(
                    bytes.getInt(at), bytes.getLong(at + 8), bytes.getLong(at + 16), bytes.getLong(at + 32)));
        }
        String interpreter = null;
        List<Long> needed = new ArrayList<>();
        List<Long> runPaths = new ArrayList<>();
        long strings = 0;
        for (Segment segment : segments) {
            if (segment.type() == INTERPRETER) {
                interpreter = string(bytes, segment.offset());
            } else if (segment.type() == DYNAMIC) {
                for (long at = segment.offset(); at < segment.offset() + segment.size(); at += 16) {
                    long tag = bytes.getLong(Math.toIntExact(at));
                    long value = bytes.getLong(Math.toIntExact(at + 8));
                    if (tag == 0) {
                        break;
                    } else if (tag == TAG_NEEDED) {
                        needed.add(value);
                    } else if (tag == TAG_STRINGS) {
                        strings = offset(segments, value);
                    } else if (tag == TAG_RUN_PATH || tag == TAG_RUN_PATH_OLD) {
                        runPaths.add(value);
                    }
                }
            }
        }
        List<String> names = new ArrayList<>();
        for (long each : needed) {
            names.add(string(bytes, strings + each));
        }
        List<String> folders = new ArrayList<>();
        for (long each : runPaths) {
            folders.addAll(List.of(string(bytes, strings + each).split(":")));
        }
        return new ElfFile(interpreter, List.copyOf(names), List.copyOf(folders));
    }

    private static long offset(List<Segment> segments, long address) {
        return segments.stream()
                .filter(each ->
                        each.type() == LOAD && address >= each.address() && address < each.address() + each.size())
                .findFirst()
                .map(each -> address - each.address() + each.offset())
                .orElse(address);
    }

    private static String string(ByteBuffer bytes, long offset) {
        int begin = Math.toIntExact(offset);
        int end = begin;
        while (bytes.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - begin];
        bytes.get(begin, text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
