package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.octavo.engine.image.registry.ImageReference;
import dev.octavo.engine.image.registry.RegistryAccess;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a process takes that has done it before, with the real registry {@code OCTAVO_TEST_REGISTRY}. The figures are
 * reported, not judged: a busy machine is no mistake. See docs/benchmarks/images.md.
 */
@EnabledIfEnvironmentVariable(named = "OCTAVO_TEST_REGISTRY", matches = ".+")
class ImageSpeedTest {
    private static final int ROUNDS = 40;
    private static final int LIBRARIES = 40;
    private static final int CLASSES = 20;
    private static final int WARM = ROUNDS / 4;

    @TempDir
    Path folder;

    private final Map<String, String> libraries = new LinkedHashMap<>();
    private final Map<String, String> classes = new LinkedHashMap<>();
    private Builds builds;
    private ImageReference repository;

    @BeforeEach
    void write() throws IOException {
        builds = new Builds(folder);
        repository =
                ImageReference.parse(System.getenv("OCTAVO_TEST_REGISTRY") + "/speed/catalog-" + UUID.randomUUID());
        Random random = new Random(1);
        for (int i = 0; i < LIBRARIES; i++) {
            libraries.put("library-" + i + "-1.0.jar", text(random, 300_000));
        }
        for (int i = 0; i < CLASSES; i++) {
            classes.put("shop/Class" + i + ".class", text(random, 2_000));
        }
    }

    private static String text(Random random, int size) {
        StringBuilder text = new StringBuilder(size);
        random.ints(size, ' ', '~').forEach(each -> text.append((char) each));
        return text.toString();
    }

    private PushedImage buildAndPush() throws IOException {
        BuiltImage image = new ImageBuilder()
                .build(
                        ImageSpec.java("catalog", Path.of("target", "catalog.jar"), Builds.ORIGIN)
                                .withBase("scratch"),
                        new RegistryInputs(repository, RegistryAccess.standard(), builds.context),
                        builds.context);
        return new ImagePusher()
                .push(
                        new PushRequest(
                                image.layout(),
                                repository,
                                List.of("SNAPSHOT-main-1", "latest"),
                                List.of(),
                                image.inputs(),
                                RegistryAccess.standard()),
                        builds.context);
    }

    @Test
    void ofABuildWithItsPushAndOfAPromotion(TestReporter reporter) throws IOException {
        List<Long> builds = new ArrayList<>();
        List<Long> processors = new ArrayList<>();
        List<Long> promotions = new ArrayList<>();
        List<Long> copies = new ArrayList<>();
        String crane = System.getenv().getOrDefault("OCTAVO_TEST_CRANE", "");
        long sent = 0;
        for (int i = 0; i < ROUNDS; i++) {
            classes.put("shop/Class7.class", "another " + i + classes.get("shop/Class8.class"));
            this.builds.bootJar(classes, libraries, "");
            long processor = processor();
            long begun = System.nanoTime();
            PushedImage pushed = buildAndPush();
            builds.add(System.nanoTime() - begun);
            processors.add(processor() - processor);
            sent = pushed.bytesSent();
            PromoteRequest request = PromoteRequest.within(
                    repository.withDigest(pushed.digest()), List.of("v1.0." + i), RegistryAccess.standard());
            long promoted = System.nanoTime();
            new ImagePromoter().promote(request, this.builds.context);
            promotions.add(System.nanoTime() - promoted);
            if (!crane.isEmpty()) {
                copies.add(copied(crane, request.source().toString(), repository + ":copy-" + i));
            }
        }

        report(reporter, "build and push", builds);
        report(reporter, "processor time of build and push", processors);
        report(reporter, "promotion", promotions);
        if (!copies.isEmpty()) {
            report(reporter, "crane copy in turns", copies);
        }
        reporter.publishEntry("bytes sent", Long.toString(sent));
        System.out.println("warm bytes sent: " + sent);
        assertThat(sent).isPositive();
    }

    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** By a process of crane's. */
    private static long copied(String crane, String from, String to) throws IOException {
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(crane, "copy", "--insecure", from, to)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(said).isZero();
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
        return System.nanoTime() - begun;
    }

    /** The least and the median of those after the first ones, for people and for docs/benchmarks/images.sh. */
    private static void report(TestReporter reporter, String name, List<Long> nanoseconds) {
        List<Long> warm =
                nanoseconds.subList(WARM, nanoseconds.size()).stream().sorted().toList();
        double least = warm.get(0) / 1e6;
        double median = warm.get(warm.size() / 2) / 1e6;
        reporter.publishEntry(name + ", ms", String.format(Locale.ROOT, "least %.1f, median %.1f", least, median));
        System.out.printf(Locale.ROOT, "%nwarm\t%s\t%.3f\t%.3f%n", name, least, median);
    }
}
