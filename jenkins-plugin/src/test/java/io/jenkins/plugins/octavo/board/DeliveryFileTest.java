package io.jenkins.plugins.octavo.board;

import static io.jenkins.plugins.octavo.board.Samples.SHOP;
import static io.jenkins.plugins.octavo.board.Samples.delivery;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeliveryFileTest {
    @TempDir
    private Path folder;

    private DeliveryFile file;
    private Path text;

    @BeforeEach
    void setUp() {
        file = new DeliveryFile(folder, DeliveryFile.MOST);
        text = folder.resolve(DeliveryFile.NAME);
    }

    private static List<Delivery> read(DeliveryFile from) throws IOException {
        List<Delivery> all = new ArrayList<>();
        from.read(index -> index.all().forEach(all::addAll));
        return all;
    }

    private List<Delivery> readAnew() throws IOException {
        return read(new DeliveryFile(folder, DeliveryFile.MOST));
    }

    @Test
    void keepsWhatItWasGiven() throws IOException {
        Delivery odd = new Delivery(
                new Place("shop", "prod", ""),
                -1,
                "failed",
                "",
                "",
                0,
                "",
                "王伟",
                1,
                2,
                -1,
                7,
                "",
                "DEPLOY-202 a\tb\nc",
                3);

        file.add(List.of(delivery(1, "deployed", 1_000), odd));

        assertEquals(read(file), List.of(delivery(1, "deployed", 1_000), odd));
        assertEquals("DEPLOY-202 a b c", readAnew().get(1).description());
        assertEquals("王伟", readAnew().get(1).approver());
    }

    @Test
    void passesOverALineThatACrashCutOffAndOneOfANewerFormat() throws IOException {
        file.add(List.of(delivery(1, "deployed", 1_000)));
        String line = Files.readString(text);
        Files.writeString(text, "2\tsomething new\n", StandardOpenOption.APPEND);
        Files.writeString(text, line.substring(0, line.length() / 2), StandardOpenOption.APPEND);
        Files.write(text, new byte[] {(byte) 0xff, (byte) 0xfe}, StandardOpenOption.APPEND);

        DeliveryFile after = new DeliveryFile(folder, DeliveryFile.MOST);
        after.add(List.of(delivery(2, "deployed", 2_000)));

        assertEquals(
                List.of(1, 2), readAnew().stream().map(Delivery::release).toList());
    }

    @Test
    void whatIsToldAgainIsKeptOnce() throws IOException {
        file.add(List.of(delivery(1, "deployed", 1_000)));
        file.add(List.of(delivery(1, "deployed", 1_000)));

        assertEquals(1, Files.readAllLines(text).size());
    }

    @Test
    void whatTheClusterSaysLaterTakesThePlaceOfWhatTheBuildKnew() throws IOException {
        Delivery failed = delivery(SHOP, -1, "failed", 5_000, 7);
        file.add(List.of(delivery(1, "deployed", 1_000), failed));
        // the same build's, with its number
        file.add(List.of(delivery(SHOP, 2, "rolled-back", 6_000, 7)));

        List<Delivery> all = readAnew();
        assertEquals(List.of(1, 2), all.stream().map(Delivery::release).toList());
        assertEquals("rolled-back", all.get(1).result());
    }

    @Test
    void theBuildIsNotForgottenWhereTheClusterNamesNone() throws IOException {
        file.add(List.of(delivery(SHOP, 1, "deployed", 1_000, 7)));
        file.add(List.of(delivery(SHOP, 1, "superseded", 2_000, 0)));

        assertEquals(7, readAnew().get(0).build());
        assertEquals("superseded", readAnew().get(0).result());
    }

    @Test
    void isBoundedAndKeepsWhatRunsHoweverOldItIs() throws IOException {
        DeliveryFile small = new DeliveryFile(folder, 100);
        Place old = new Place("old", "prod", "shop-prod");
        small.add(List.of(delivery(old, 1, "deployed", 1, 1)));
        for (int i = 1; i <= 1_000; i++) {
            small.add(List.of(delivery(i, "deployed", 1_000L * i)));
        }

        List<Delivery> all = readAnew();
        assertTrue(all.size() <= 100, () -> String.valueOf(all.size()));
        assertEquals(read(small).size(), all.size());
        assertTrue(all.stream().anyMatch(each -> each.place().equals(old)));
        assertEquals(1_000, all.stream().mapToInt(Delivery::release).max().orElse(0));
        assertTrue(Files.readAllLines(text).size() <= 1_100);
        assertFalse(Files.exists(folder.resolve(DeliveryFile.NAME + ".new")));
    }

    @Test
    void linesThatTellNothingAnyMoreAreDropped() throws IOException {
        for (int i = 0; i < 1_200; i++) {
            file.add(List.of(delivery(SHOP, 1, i % 2 == 0 ? "deployed" : "superseded", 1_000L + i, 7)));
        }

        assertEquals(1, readAnew().size());
        assertTrue(Files.readAllLines(text).size() < 1_100);
    }

    @Test
    void whatWasSeenLastCounts() throws IOException {
        Place gone = new Place("gone", "prod", "shop-prod");
        file.see(
                List.of(new Health(SHOP, 1, "healthy", "", 1_000), new Health(gone, 1, "healthy", "", 1_000)),
                place -> false);
        file.see(List.of(new Health(SHOP, 1, "unhealthy", "Deployment/shop: gone", 2_000)), gone::equals);

        List<Health> seen = new ArrayList<>();
        new DeliveryFile(folder, DeliveryFile.MOST).read(index -> seen.addAll(index.health()));
        assertEquals(1, seen.size());
        assertEquals("unhealthy", seen.get(0).word());
    }

    @Test
    void fiftyThousandFitAndAreReadQuickly() throws IOException {
        List<Delivery> many = new ArrayList<>();
        for (int service = 0; service < 1_000; service++) {
            Place place = new Place("service-" + service, "prod", "shop-prod");
            for (int i = 1; i <= 50; i++) {
                many.add(delivery(place, i, "superseded", 1_000L * i + service, i));
            }
        }
        file.add(many);

        long begin = System.nanoTime();
        assertEquals(50_000, readAnew().size());
        long millis = (System.nanoTime() - begin) / 1_000_000;

        assertTrue(millis < 5_000, millis + " ms");
        assertTrue(Files.size(text) < 25_000_000, () -> String.valueOf(Objects.requireNonNull(text.toFile().length())));
    }
}
