package dev.octavo.engine.sandbox.pod;

import dev.octavo.engine.sandbox.kube.PodLogs;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What one run of a container has written: the last of it, as much as is kept. */
final class ContainerLog {
    /** How much is kept, in characters. */
    private static final int KEPT = 2 * 1024 * 1024;
    /** Longer lines are cut into pieces, as container runtimes do. */
    private static final int LONGEST_LINE = 16 * 1024;

    private record Line(long millis, String text) {}

    private final Deque<Line> lines = new ArrayDeque<>();
    private int size;
    /** How many lines are gone from the beginning. */
    private long dropped;

    private boolean ended;

    /** Reads a program's output to its end. */
    void read(InputStream output) {
        char[] buffer = new char[8 * 1024];
        StringBuilder line = new StringBuilder();
        try (Reader reader = new InputStreamReader(output, StandardCharsets.UTF_8)) {
            for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
                for (int i = 0; i < count; i++) {
                    if (buffer[i] == '\n') {
                        add(line.toString());
                        line.setLength(0);
                    } else if (line.length() >= LONGEST_LINE) {
                        add(line.toString());
                        line.setLength(0);
                        line.append(buffer[i]);
                    } else {
                        line.append(buffer[i]);
                    }
                }
            }
        } catch (IOException e) {
            // the program was killed
        }
        if (line.length() > 0) {
            add(line.toString());
        }
        end();
    }

    synchronized void add(String text) {
        lines.addLast(new Line(System.currentTimeMillis(), text));
        size += text.length() + 1;
        while (size > KEPT && lines.size() > 1) {
            size -= lines.removeFirst().text().length() + 1;
            dropped++;
        }
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** The last lines, for a message. */
    synchronized List<String> tail(int count) {
        List<String> all = new ArrayList<>();
        lines.forEach(line -> all.add(line.text()));
        return all.subList(Math.max(0, all.size() - count), all.size());
    }

    void writeTo(OutputStream out, PodLogs.Query query) throws IOException, InterruptedException {
        long next;
        synchronized (this) {
            next = query.tailLines() < 0 ? 0 : Math.max(0, dropped + lines.size() - query.tailLines());
        }
        long left = query.limitBytes() < 0 ? Long.MAX_VALUE : query.limitBytes();
        while (true) {
            List<Line> batch = new ArrayList<>();
            boolean last;
            synchronized (this) {
                while (query.follow() && !ended && next >= dropped + lines.size()) {
                    wait();
                }
                long number = dropped;
                for (Line line : lines) {
                    if (number++ >= next) {
                        batch.add(line);
                    }
                }
                next = number;
                last = ended || !query.follow();
            }
            for (Line line : batch) {
                if (line.millis() < query.sinceMillis()) {
                    continue;
                }
                String text =
                        (query.timestamps() ? Instant.ofEpochMilli(line.millis()) + " " : "") + line.text() + "\n";
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                int count = (int) Math.min(bytes.length, left);
                out.write(bytes, 0, count);
                left -= count;
            }
            out.flush();
            if (last || left <= 0) {
                return;
            }
        }
    }
}
