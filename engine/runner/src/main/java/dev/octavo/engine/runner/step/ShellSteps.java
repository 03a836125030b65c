package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.program.Program;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepFailure;
import dev.octavo.engine.runner.cps.StepInvocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code sh}, and the shells that this system does not have. */
final class ShellSteps implements AutoCloseable {
    /** The variable by which Jenkins finds what a build has left running; pipelines override it to keep a process. */
    private static final String COOKIE = "JENKINS_NODE_COOKIE";

    private static final long POLL_MILLIS = 25;
    private static final String TO_LOG = "log=$1; shift; exec \"$@\" >\"$log\" 2>&1";
    private static final String TO_FILE = "log=$1; out=$2; shift 2; exec \"$@\" >\"$out\" 2>\"$log\"";

    private final String cookie = UUID.randomUUID().toString();
    private volatile boolean used;

    List<StepDefinition> definitions() {
        return List.of(
                StepDefinition.step("sh", this::sh, "script", "encoding", "label", "returnStatus", "returnStdout")
                        .withSole("script"),
                refused("bat"),
                refused("powershell"),
                refused("pwsh"));
    }

    private static StepDefinition refused(String name) {
        return StepDefinition.step(
                        name,
                        call -> {
                            throw new EngineException(
                                    ErrorCode.PIPELINE_UNKNOWN,
                                    "Step \"" + name + "\" runs on Windows agents alone",
                                    call.place().toString(),
                                    "this machine has a POSIX shell",
                                    "use sh, or ask isUnix() first");
                        },
                        "script",
                        "encoding",
                        "label",
                        "returnStatus",
                        "returnStdout")
                .withSole("script");
    }

    private @Nullable Object sh(StepInvocation call) throws Throwable {
        String script = call.text("script");
        boolean returnStdout = call.flag("returnStdout", false);
        boolean returnStatus = call.flag("returnStatus", false);
        if (returnStdout && returnStatus) {
            throw new EngineException(
                    ErrorCode.PIPELINE_SYNTAX,
                    "\"sh\" cannot return both its output and its status",
                    call.place().toString(),
                    "returnStdout and returnStatus are both true",
                    "take one of them away");
        }
        if (!call.run().secrets().mask(script).equals(script)) {
            call.run()
                    .warnOnce(
                            call.context(),
                            "A secret is put into the script of sh at " + call.place()
                                    + " by Groovy; in single quotes the shell would read it from its variable");
        }
        Charset charset = call.has("encoding") ? Charset.forName(call.text("encoding")) : StandardCharsets.UTF_8;
        Path directory = call.directory();
        Path folder = Trees.privateFolder(call.run().request().runFolder().resolve("tmp"), "sh");
        try {
            Path file = folder.resolve("script.sh");
            Files.writeString(file, script.endsWith("\n") ? script : script + "\n", charset);
            Path log = Files.createFile(folder.resolve("log.txt"));
            Path out = folder.resolve("output.txt");
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", returnStdout ? TO_FILE : TO_LOG, "sh"));
            command.add(log.toString());
            if (returnStdout) {
                command.add(out.toString());
            }
            if (script.startsWith("#!")) {
                Trees.restrict(file, true);
            } else {
                command.add("/bin/sh");
                command.add("-xe");
            }
            command.add(file.toString());
            Map<String, String> environment = new HashMap<>(call.environment());
            environment.put(COOKIE, cookie);
            environment.put("PWD", directory.toString());
            used = true;
            Tail tail = new Tail(log, charset, call);
            int code = run(new Program(command, directory, environment), tail, call.cancellation());
            if (returnStatus) {
                return code;
            }
            if (code != 0) {
                throw failed(call, code, tail);
            }
            return returnStdout ? Files.readString(out, charset) : null;
        } finally {
            Trees.delete(folder);
        }
    }

    /**
     * Runs it to its end, while its output comes through a file: what it leaves running in the background does not hold
     * it up.
     */
    private static int run(Program program, Tail tail, Cancellation cancellation) throws IOException {
        cancellation.check();
        Program.Running running = program.start(true);
        Process process = running.process();
        try (Cancellation.Registration registration = cancellation.onCancel(running::kill)) {
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                tail.read();
            }
            tail.finish();
            cancellation.check();
            return process.exitValue();
        } catch (InterruptedException e) {
            running.kill();
            Thread.currentThread().interrupt();
            throw new EngineException(
                    ErrorCode.CANCELLED, "The script was stopped", "", "its thread was interrupted", "run it again", e);
        }
    }

    private static StepFailure failed(StepInvocation call, int code, Tail tail) {
        String message = "script returned exit code " + code;
        StringBuilder why = new StringBuilder(message);
        if (!tail.lastCommand.isEmpty()) {
            why.append("; its last command was: ").append(tail.lastCommand);
        }
        for (String line : tail.lastLines) {
            why.append('\n').append(line);
        }
        return StepFailure.of(
                message,
                new EngineException(
                        ErrorCode.PIPELINE_FAILED,
                        "A script failed with exit code " + code,
                        call.place().toString(),
                        call.run().secrets().mask(why.toString()),
                        code == 127 || code == 126
                                ? "check that the program is installed and on the PATH"
                                : "read the script's output above"));
    }

    /** Follows a growing file line by line. */
    private static final class Tail {
        private static final int KEPT = 5;

        private final Path file;
        private final Charset charset;
        private final StepInvocation call;
        private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
        private final List<String> lastLines = new ArrayList<>();
        private String lastCommand = "";
        private long position;

        private Tail(Path file, Charset charset, StepInvocation call) {
            this.file = file;
            this.charset = charset;
            this.call = call;
        }

        private void read() throws IOException {
            if (Files.size(file) <= position) {
                return;
            }
            try (RandomAccessFile input = new RandomAccessFile(file.toFile(), "r")) {
                input.seek(position);
                byte[] buffer = new byte[8192];
                for (int count = input.read(buffer); count > 0; count = input.read(buffer)) {
                    position += count;
                    for (int i = 0; i < count; i++) {
                        if (buffer[i] == '\n') {
                            line();
                        } else {
                            rest.write(buffer[i]);
                        }
                    }
                }
            }
        }

        private void finish() throws IOException {
            read();
            if (rest.size() > 0) {
                line();
            }
        }

        private void line() {
            String line = rest.toString(charset);
            rest.reset();
            if (line.endsWith("\r")) {
                line = line.substring(0, line.length() - 1);
            }
            if (line.startsWith("+ ")) {
                lastCommand = line.substring(2);
                lastLines.clear();
            } else {
                lastLines.add(line);
                if (lastLines.size() > KEPT) {
                    lastLines.remove(0);
                }
            }
            call.output(line);
        }
    }

    /** Ends what scripts have left running. */
    @Override
    public void close() {
        if (!used || !Files.isDirectory(Path.of("/proc/self"))) {
            return;
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        List<ProcessHandle> left = marked().toList();
        left.forEach(ProcessHandle::destroy);
        // what has ended has no environment any more, even where nobody has taken notice of its end
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            left = marked().toList();
        }
        left.forEach(ProcessHandle::destroyForcibly);
    }

    private Stream<ProcessHandle> marked() {
        String mark = COOKIE + "=" + cookie;
        return ProcessHandle.allProcesses().filter(handle -> {
            try {
                return Files.readString(Path.of("/proc/" + handle.pid() + "/environ"), StandardCharsets.ISO_8859_1)
                        .contains(mark);
            } catch (IOException e) {
                return false; // another user's, or ended by now
            }
        });
    }
}
