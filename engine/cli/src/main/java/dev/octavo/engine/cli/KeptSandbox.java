package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.sandbox.Sandbox;
import dev.octavo.engine.sandbox.ServiceAddress;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A sandbox in a process of its own, which outlives the run that started it.
 *
 * @param folder all that it has, its state file among it
 * @param control the address at which it tells what it runs and takes its end
 * @param token that the control address asks for
 */
record KeptSandbox(Path folder, long pid, String registry, Path kubeconfig, URI control, String token) {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int OK = 200;

    static Path stateFile(Path folder) {
        return folder.resolve("sandbox.json");
    }

    /** The one that is up, if one is. */
    static Optional<KeptSandbox> find(Home home) {
        Path file = stateFile(home.sandbox());
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Map<String, Object> state = RunRecord.map(Files.readString(file));
            KeptSandbox sandbox = new KeptSandbox(
                    home.sandbox(),
                    ((Number) state.getOrDefault("pid", 0)).longValue(),
                    String.valueOf(state.get("registry")),
                    Path.of(String.valueOf(state.get("kubeconfig"))),
                    URI.create(String.valueOf(state.get("control"))),
                    String.valueOf(state.get("token")));
            boolean alive =
                    ProcessHandle.of(sandbox.pid()).map(ProcessHandle::isAlive).orElse(false);
            return alive && sandbox.answers() ? Optional.of(sandbox) : Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.empty(); // a state file cut short by a crash: the sandbox is not up
        }
    }

    /** Where its process keeps registry and cluster. */
    static Path data(Home home) {
        return home.sandbox().resolve("data");
    }

    /**
     * Ends and deletes what one has left that was killed.
     *
     * @return whether there was anything
     */
    static boolean clear(Home home) {
        if (!Files.exists(home.sandbox())) {
            return false;
        }
        try {
            if (!Sandbox.clear(data(home))) {
                throw new EngineException(
                        ErrorCode.SANDBOX_FAILED,
                        "The sandbox does not answer",
                        data(home).toString(),
                        "its process runs, and is stuck or only just starting or ending",
                        "try again in a minute, or end that process: its number is in the file octavo-sandbox there");
            }
            RunFolder.delete(home.sandbox());
            return true;
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.SANDBOX_FAILED,
                    "What the sandbox has left cannot be deleted",
                    home.sandbox().toString(),
                    String.valueOf(e.getMessage()),
                    "check that this folder can be written",
                    e);
        }
    }

    /** The one that is up, else a new one. Of several that ask at the same time, one starts it. */
    static KeptSandbox findOrStart(Home home, Terminal terminal, Cancellation cancellation) {
        Path file = home.folder().resolve("sandbox.lock");
        try {
            Files.createDirectories(home.folder());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                long deadline = System.nanoTime() + START.toNanos();
                while (!isLocked(channel) && System.nanoTime() < deadline) {
                    cancellation.check();
                    TimeUnit.MILLISECONDS.sleep(50);
                }
                Optional<KeptSandbox> up = find(home);
                return up.isPresent() ? up.get() : start(home, terminal, cancellation);
            }
        } catch (IOException e) {
            throw cannotStart(home, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false; // another thread of this process has it
        }
    }

    private static EngineException cannotStart(Home home, IOException cause) {
        return new EngineException(
                ErrorCode.SANDBOX_FAILED,
                "The sandbox cannot be started",
                home.sandbox().toString(),
                String.valueOf(cause.getMessage()),
                "check that this folder can be written",
                cause);
    }

    private static EngineException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new EngineException(
                ErrorCode.CANCELLED, "The work was stopped", "", "its thread was interrupted", "run it again", cause);
    }

    /** Starts it and waits until it is up. */
    private static KeptSandbox start(Home home, Terminal terminal, Cancellation cancellation) {
        Path log = home.sandbox().resolve("log.txt");
        try {
            Files.createDirectories(home.sandbox());
            ProcessBuilder builder = new ProcessBuilder(command(home.sandbox()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().put("OCTAVO_HOME", home.folder().toString());
            Process process = builder.start();
            terminal.status("starting the sandbox");
            long deadline = System.nanoTime() + START.toNanos();
            while (System.nanoTime() < deadline) {
                cancellation.check();
                Optional<KeptSandbox> up = find(home);
                if (up.isPresent()) {
                    return up.get();
                }
                if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                    break;
                }
            }
            process.destroy();
            throw new EngineException(
                    ErrorCode.SANDBOX_FAILED,
                    "The sandbox did not start",
                    log.toString(),
                    lastLines(log),
                    "see the whole log there");
        } catch (IOException e) {
            throw cannotStart(home, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** This very program with other words, from a copy of its jar: the jar itself may be built anew meanwhile. */
    private static List<String> command(Path folder) throws IOException {
        String classPath = System.getProperty("java.class.path");
        if (classPath.endsWith(".jar") && !classPath.contains(File.pathSeparator)) {
            Path copy = folder.resolve("octavo.jar");
            Files.copy(Path.of(classPath), copy, StandardCopyOption.REPLACE_EXISTING);
            classPath = copy.toString();
        }
        List<String> words = new ArrayList<>();
        words.add(ProcessHandle.current().info().command().orElse("java"));
        words.add("-XX:TieredStopAtLevel=1");
        words.addAll(List.of("-cp", classPath, Octavo.class.getName(), "sandbox", "serve"));
        return words;
    }

    private static String lastLines(Path log) throws IOException {
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    }

    List<ServiceAddress> addresses() {
        List<ServiceAddress> addresses = new ArrayList<>();
        Map<String, Object> answer = RunRecord.map(ask("GET", "/addresses", "").body());
        for (Object each : (List<?>) answer.getOrDefault("addresses", List.of())) {
            Map<?, ?> address = (Map<?, ?>) each;
            addresses.add(new ServiceAddress(
                    String.valueOf(address.get("namespace")),
                    String.valueOf(address.get("service")),
                    String.valueOf(address.get("url"))));
        }
        return addresses;
    }

    /** Tells it a login of a registry. */
    void login(String host, String user, SecretValue password) {
        ask("POST", "/login", RunRecord.json(Map.of("host", host, "user", user, "password", password.reveal())));
    }

    /** Ends it and waits until it is gone. */
    void stop() {
        ask("POST", "/stop", "");
        ProcessHandle.of(pid).ifPresent(handle -> {
            try {
                handle.onExit().get(STOP.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
                handle.destroyForcibly();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean answers() {
        try {
            return ask("GET", "/addresses", "").statusCode() == OK;
        } catch (EngineException e) {
            return false;
        }
    }

    private HttpResponse<String> ask(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(control.resolve(path))
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.SANDBOX_FAILED,
                    "The sandbox does not answer",
                    control.toString(),
                    String.valueOf(e.getMessage()),
                    "stop it with \"octavo sandbox down\"",
                    e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }
}
