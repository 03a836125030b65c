package dev.octavo.engine.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class ProgramTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin", "NAME", "value");

    @TempDir
    Path folder;

    private Program shell(String script) {
        return new Program(List.of("sh", "-c", script), folder, ENVIRONMENT);
    }

    @Test
    void givesLinesAndExitCode() {
        List<String> lines = new ArrayList<>();

        int code = shell("echo \"$NAME\"; echo err >&2; exit 3").run(lines::add, new Cancellation());

        assertThat(code).isEqualTo(3);
        assertThat(lines).containsExactly("value", "err");
    }

    @Test
    void saysWhichProgramIsMissing() {
        Program missing = new Program(List.of("no-such-program"), folder, ENVIRONMENT);

        assertThatThrownBy(() -> missing.run(line -> {}, new Cancellation()))
                .isInstanceOfSatisfying(EngineException.class, failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_TOOL);
                    assertThat(failure.what()).contains("no-such-program");
                });
    }

    @Test
    void cancellationEndsWhatItStarted() {
        Cancellation cancellation = new Cancellation();
        List<Long> children = new ArrayList<>();

        assertThatThrownBy(() -> shell("sleep 300 & echo $!; wait")
                        .run(
                                line -> {
                                    children.add(Long.valueOf(line));
                                    cancellation.cancel();
                                },
                                cancellation))
                .isInstanceOfSatisfying(EngineException.class, failure -> assertThat(failure.code())
                        .isEqualTo(ErrorCode.CANCELLED));

        assertGone(children.get(0));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void endsWhatHasLeftItsTree() {
        List<Long> orphans = new ArrayList<>();

        shell("(sleep 300 >/dev/null 2>&1 & echo $!) | cat")
                .run(line -> orphans.add(Long.valueOf(line)), new Cancellation());

        assertGone(orphans.get(0));
    }

    private static void assertGone(long pid) {
        assertThat(ProcessHandle.of(pid).map(handle -> handle.onExit()
                        .completeOnTimeout(null, 5, TimeUnit.SECONDS)
                        .join()))
                .satisfiesAnyOf(
                        gone -> assertThat(gone).isEmpty(),
                        gone -> assertThat(gone.get().isAlive()).isFalse());
    }
}
