package io.jenkins.plugins.octavo.board;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The deliveries of a job, in a file of its folder: so they stay when builds are deleted, and go with the job when it is
 * renamed or moved. Lines are only ever added, and a line that a crash cut off is passed over; from time to time the file is
 * written anew beside the old one and takes its place at once. What was read stays in memory as long as that is not needed.
 */
final class DeliveryFile {
    static final String NAME = "octavo-deliveries.tsv";
    static final String HEALTH_NAME = "octavo-health.tsv";
    /** How many stay. */
    static final int MOST = 50_000;

    /** Lines that tell nothing any more, before the file is written anew. */
    private static final int STALE = 1_000;

    private final Path file;
    private final Path healthFile;
    private final int most;
    private SoftReference<DeliveryIndex> index = new SoftReference<>(null);
    private int lines;

    DeliveryFile(Path folder, int most) {
        this.file = folder.resolve(NAME);
        this.healthFile = folder.resolve(HEALTH_NAME);
        this.most = most;
    }

    /** Shows what is known; what is shown may not be kept. */
    synchronized void read(Consumer<DeliveryIndex> reader) throws IOException {
        reader.accept(index());
    }

    /** Adds what tells something new; it is on disk when this returns. */
    synchronized void add(List<Delivery> deliveries) throws IOException {
        DeliveryIndex known = index();
        StringBuilder text = new StringBuilder();
        int added = 0;
        for (Delivery delivery : deliveries) {
            if (known.add(delivery)) {
                text.append(delivery.line()).append('\n');
                added++;
            }
        }
        if (added == 0) {
            return;
        }
        try {
            append(text.toString());
        } catch (IOException e) {
            index = new SoftReference<>(null); // it has more than the file
            throw e;
        }
        lines += added;
        if (known.size() > most || lines > known.size() + Math.max(STALE, known.size())) {
            compact(known);
        }
    }

    /** Replaces what was seen of these places before. */
    synchronized void see(List<Health> seen, Predicate<Place> outdated) throws IOException {
        DeliveryIndex known = index();
        seen.forEach(known::add);
        List<String> text = new ArrayList<>();
        known.health().stream()
                .filter(each -> !outdated.test(each.place()))
                .forEach(each -> text.add(each.line()));
        replace(healthFile, text);
    }

    private void append(String text) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            boolean torn = channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(torn ? "\n" + text : text);
            long end = channel.size();
            while (bytes.hasRemaining()) {
                end += channel.write(bytes, end);
            }
            channel.force(false);
        }
    }

    private void compact(DeliveryIndex known) throws IOException {
        // more than one goes, so that it is not the same again with the next
        known.shrink(known.size() > most ? most - most / 10 : most);
        List<String> text = new ArrayList<>(known.size());
        known.all().forEach(there -> there.forEach(delivery -> text.add(delivery.line())));
        replace(file, text);
        lines = text.size();
    }

    private static void replace(Path target, List<String> text) throws IOException {
        Path made = target.resolveSibling(target.getFileName() + ".new");
        try (BufferedWriter writer = Files.newBufferedWriter(made, StandardCharsets.UTF_8)) {
            for (String line : text) {
                writer.write(line);
                writer.write('\n');
            }
        }
        try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private DeliveryIndex index() throws IOException {
        DeliveryIndex known = index.get();
        if (known == null) {
            known = load();
            index = new SoftReference<>(known);
        }
        return known;
    }

    private DeliveryIndex load() throws IOException {
        DeliveryIndex loaded = new DeliveryIndex();
        Texts texts = new Texts();
        lines = 0;
        each(file, line -> {
            lines++;
            Delivery delivery = Delivery.parse(line, texts);
            if (delivery != null) {
                loaded.add(delivery);
            }
        });
        each(healthFile, line -> {
            Health seen = Health.parse(line);
            if (seen != null) {
                loaded.add(seen);
            }
        });
        return loaded;
    }

    private static void each(Path path, Consumer<String> reader) throws IOException {
        // bytes that are no UTF-8, of a broken disk, cost one line and not the board
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(Files.newInputStream(path), StandardCharsets.UTF_8))) {
            lines.lines().forEach(reader);
        } catch (NoSuchFileException e) {
            // nothing was delivered yet
        }
    }
}
