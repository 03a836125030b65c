package dev.octavo.engine.image;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Copies a tar and gives all that is in it one time, which Jib's layers have too: what was made twice in the same way is
 * then the same twice. All else stays as it is, byte for byte.
 */
final class TarTimes {
    private static final int BLOCK = 512;
    private static final int BUFFER = 64 * 1024;
    private static final int EXTENDED_MAX = 8 << 20;
    private static final byte[] TIME = "00000000001\0".getBytes(StandardCharsets.US_ASCII);

    private static final int SIZE_AT = 124;
    private static final int TIME_AT = 136;
    private static final int CHECKSUM_AT = 148;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    /** GNU's times of the last access and change. */
    private static final int GNU_TIMES_AT = 345;

    private static final int NUMBER = 12;
    private static final int CHECKSUM = 8;

    private final InputStream in;
    private final OutputStream out;
    /** What an extended header says of the next entry; negative for nothing. */
    private long size = -1;

    private TarTimes(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** Copies it up to its end; what is behind that is read and left out. */
    static void copy(InputStream in, OutputStream out) throws IOException {
        new TarTimes(in, out).copy();
    }

    private void copy() throws IOException {
        byte[] header = new byte[BLOCK];
        while (in.readNBytes(header, 0, BLOCK) == BLOCK && !isZero(header)) {
            char type = (char) header[TYPE_AT];
            if (type == 'x' || type == 'g') {
                extended(header);
                continue;
            }
            if (type == 'S') {
                throw new IOException("a sparse file in GNU's old form is not supported in a layer");
            }
            long length = size >= 0 ? size : number(header, SIZE_AT);
            size = -1;
            System.arraycopy(TIME, 0, header, TIME_AT, NUMBER);
            if (header[MAGIC_AT + 5] == ' ') {
                Arrays.fill(header, GNU_TIMES_AT, GNU_TIMES_AT + 2 * NUMBER, (byte) 0);
            }
            write(header);
            // links, devices and folders have nothing behind them
            if (type < '1' || type > '6') {
                data(length);
            }
        }
        out.write(new byte[2 * BLOCK]);
        in.transferTo(OutputStream.nullOutputStream());
    }

    private void data(long length) throws IOException {
        long left = (length + BLOCK - 1) / BLOCK * BLOCK;
        byte[] buffer = new byte[BUFFER];
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new EOFException("the layer ends in the middle of a file");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    /** Records of the form {@code LENGTH NAME=VALUE\n}. */
    private void extended(byte[] header) throws IOException {
        long length = number(header, SIZE_AT);
        if (length > EXTENDED_MAX) {
            throw new IOException("an extended header of " + length + " bytes");
        }
        byte[] padded = in.readNBytes((int) ((length + BLOCK - 1) / BLOCK * BLOCK));
        byte[] records = Arrays.copyOf(padded, (int) length);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int at = 0; at < records.length; ) {
            int space = at;
            while (space < records.length && records[space] != ' ') {
                space++;
            }
            int end = at + Integer.parseInt(new String(records, at, space - at, StandardCharsets.US_ASCII));
            if (end <= space || end > records.length) {
                throw new IOException("an extended header that is cut off");
            }
            String record = new String(records, space + 1, end - space - 1, StandardCharsets.UTF_8);
            String name = record.substring(0, Math.max(0, record.indexOf('=')));
            if (name.equals("size")) {
                size = Long.parseLong(record.substring("size=".length()).strip());
            }
            if (!name.equals("mtime") && !name.equals("atime") && !name.equals("ctime")) {
                kept.write(records, at, end - at);
            }
            at = end;
        }
        if (kept.size() > 0) {
            byte[] digits = String.format("%011o\0", kept.size()).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, header, SIZE_AT, NUMBER);
            System.arraycopy(TIME, 0, header, TIME_AT, NUMBER);
            write(header);
            out.write(Arrays.copyOf(kept.toByteArray(), (kept.size() + BLOCK - 1) / BLOCK * BLOCK));
        }
    }

    private void write(byte[] header) throws IOException {
        Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM, (byte) ' ');
        int sum = 0;
        for (byte each : header) {
            sum += each & 0xff;
        }
        byte[] digits = String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, CHECKSUM_AT, CHECKSUM);
        out.write(header);
    }

    /** Octal digits, or a binary number where the first bit is set. */
    private static long number(byte[] header, int at) throws IOException {
        if ((header[at] & 0x80) != 0) {
            long value = header[at] & 0x7f;
            for (int i = 1; i < NUMBER; i++) {
                value = (value << 8) | (header[at + i] & 0xff);
            }
            return value;
        }
        String digits = new String(header, at, NUMBER, StandardCharsets.US_ASCII)
                .replace('\0', ' ')
                .strip();
        try {
            return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
        } catch (NumberFormatException e) {
            throw new IOException("\"" + digits + "\" is no size in a tar", e);
        }
    }

    private static boolean isZero(byte[] block) {
        for (byte each : block) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }
}
