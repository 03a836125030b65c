package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Cancellation;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class KeptSandboxTest {
    @TempDir
    Path folder;

    private Home home;
    private final Terminal terminal =
            new Terminal(new PrintWriter(new StringWriter()), InputStream.nullInputStream(), false, false);

    @BeforeEach
    void chooseAHome() {
        home = Home.of(Map.of("OCTAVO_HOME", folder.resolve("home").toString()));
    }

    @AfterEach
    void stop() {
        KeptSandbox.find(home).ifPresent(KeptSandbox::stop);
    }

    private KeptSandbox findOrStart() {
        return KeptSandbox.findOrStart(home, terminal, new Cancellation());
    }

    @Test
    void runsThatBeginAtTheSameTimeUseOne() {
        CompletableFuture<KeptSandbox> other = CompletableFuture.supplyAsync(this::findOrStart);

        KeptSandbox sandbox = findOrStart();

        assertThat(other).succeedsWithin(60, TimeUnit.SECONDS).isEqualTo(sandbox);
    }

    @Test
    void itsEndLeavesNothing() {
        KeptSandbox sandbox = findOrStart();

        sandbox.stop();

        assertThat(KeptSandbox.find(home)).isEmpty();
        assertThat(home.sandbox()).doesNotExist();
        assertThat(KeptSandbox.clear(home)).isFalse();
    }

    @Test
    void whatAKilledOneHasLeftIsCleared() {
        KeptSandbox sandbox = findOrStart();
        ProcessHandle process = ProcessHandle.of(sandbox.pid()).orElseThrow();
        process.destroyForcibly();
        assertThat(process.onExit()).succeedsWithin(30, TimeUnit.SECONDS);
        assertThat(KeptSandbox.find(home)).isEmpty();

        assertThat(KeptSandbox.clear(home)).isTrue();

        assertThat(home.sandbox()).doesNotExist();
    }
}
