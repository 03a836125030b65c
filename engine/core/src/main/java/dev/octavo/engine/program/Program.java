package dev.octavo.engine.program;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A program to start: its words, its folder and its whole environment.
 *
 * @param environment all variables that it gets; nothing is inherited beside them
 */
public record Program(List<String> command, Path directory, Map<String, String> environment) {
    /**
     * Marks a program and all that it starts, so that what has left its process tree is found too. The name is
     * Octavo's own; its value is new for each start.
     */
    private static final String COOKIE = "OCTAVO_PROCESS_COOKIE";

    private static final long GRACE_SECONDS = 5;

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /**
     * Runs it to its end; standard error comes with standard output, in the order written.
     *
     * @param lines hears each line, without its end
     * @return the exit code
     * @throws EngineException {@link ErrorCode#BUILD_TOOL} where it cannot be started, {@link ErrorCode#CANCELLED}
     *     where it was stopped, which ends all that it started
     */
    public int run(Consumer<String> lines, Cancellation cancellation) {
        cancellation.check();
        Running running = start(true);
        try (Cancellation.Registration registration = cancellation.onCancel(running::kill)) {
            try (BufferedReader reader = new BufferedReader(
                    new InputStreamReader(running.process().getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.accept(line);
                }
            } catch (IOException e) {
                // its end of the pipe was closed by a kill: the exit code tells
                cancellation.check();
            }
            int code = running.process().waitFor();
            cancellation.check();
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED,
                    "The work was stopped",
                    command.get(0),
                    "its thread was interrupted",
                    "run it again to continue",
                    e);
        } finally {
            running.kill();
        }
    }

    /**
     * Starts it and comes back; the caller owns the process and its streams, and calls {@link Running#kill()}.
     *
     * @param merge whether standard error goes into standard output; it is thrown away otherwise, and never closed,
     *     since a program that writes to a closed one dies of it
     */
    public Running start(boolean merge) {
        String cookie = UUID.randomUUID().toString();
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(merge);
        Map<String, String> variables = new HashMap<>(environment);
        variables.put(COOKIE, cookie);
        builder.environment().clear();
        builder.environment().putAll(variables);
        builder.redirectInput(ProcessBuilder.Redirect.from(nullDevice()));
        if (!merge) {
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        }
        try {
            return new Running(builder.start(), cookie);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_TOOL,
                    "The program \"" + command.get(0) + "\" cannot be started",
                    directory.toString(),
                    String.valueOf(e.getMessage()),
                    "check that it is installed and on the PATH",
                    e);
        }
    }

    private static java.io.File nullDevice() {
        return new java.io.File(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
    }

    /** A started program. */
    public record Running(Process process, String cookie) {
        /** Ends the program and whatever it has started: first by asking, after 5 s by force. Safe to call twice. */
        public void kill() {
            List<ProcessHandle> all =
                    Stream.concat(tree(process.toHandle()), marked()).distinct().toList();
            all.forEach(ProcessHandle::destroy);
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
            for (ProcessHandle handle : all) {
                try {
                    handle.onExit().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    handle.destroyForcibly();
                } catch (java.util.concurrent.TimeoutException | java.util.concurrent.ExecutionException e) {
                    handle.destroyForcibly();
                }
            }
            // what was started in the meantime
            Stream.concat(tree(process.toHandle()), marked()).forEach(ProcessHandle::destroyForcibly);
        }

        private static Stream<ProcessHandle> tree(ProcessHandle root) {
            return root.isAlive() ? Stream.concat(Stream.of(root), root.descendants()) : root.descendants();
        }

        /** Processes that carry the cookie, on systems that show a process's environment (Linux). */
        private Stream<ProcessHandle> marked() {
            if (!Files.isDirectory(Path.of("/proc/self"))) {
                return Stream.empty();
            }
            String mark = COOKIE + "=" + cookie;
            return ProcessHandle.allProcesses().filter(handle -> carries(handle.pid(), mark));
        }

        private static boolean carries(long pid, String mark) {
            try {
                String environment =
                        Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
                return environment.contains(mark);
            } catch (IOException e) {
                return false; // another user's, or ended by now
            }
        }
    }
}
