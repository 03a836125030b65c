package dev.octavo.engine.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.record.RunRecord;
import dev.octavo.engine.sandbox.Sandbox;
import dev.octavo.engine.sandbox.SandboxOptions;
import dev.octavo.engine.sandbox.ServiceAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The sandbox that outlives runs. */
@Command(
        name = "sandbox",
        mixinStandardHelpOptions = true,
        description = {
            "A registry and a Kubernetes API on this machine, which outlive runs. Its pods are local processes, "
                    + "started from the image and really probed; nothing is isolated. For laptops and tests."
        })
final class SandboxCommand implements Callable<Integer> {
    private static final int DOWN = 1;

    private final Status status;

    private SandboxCommand(Status status) {
        this.status = status;
    }

    static CommandLine commandLine(Map<String, String> environment) {
        Status status = new Status(environment);
        return new CommandLine(new SandboxCommand(status))
                .addSubcommand(new Up(environment))
                .addSubcommand(new Down(environment))
                .addSubcommand(status)
                .addSubcommand(new Serve(environment));
    }

    @Override
    public Integer call() {
        return status.call();
    }

    /** What its subcommands share. */
    private abstract static class Part implements Callable<Integer> {
        final Map<String, String> environment;

        @Spec
        private @Nullable CommandSpec spec;

        Part(Map<String, String> environment) {
            this.environment = environment;
        }

        final Terminal terminal() {
            CommandSpec own = spec;
            return Terminal.of(
                    environment,
                    own == null
                            ? new PrintWriter(System.out, true, StandardCharsets.UTF_8)
                            : own.commandLine().getOut());
        }

        final Home home() {
            return Home.of(environment);
        }
    }

    private static int show(KeptSandbox sandbox, Terminal terminal) {
        terminal.line("registry    " + sandbox.registry());
        terminal.line("kubeconfig  " + sandbox.kubeconfig());
        Table table = new Table();
        for (ServiceAddress each : sandbox.addresses()) {
            table.row("  " + each.namespace(), each.service(), each.url());
        }
        table.lines().forEach(terminal::line);
        return 0;
    }

    /** Starts it. */
    @Command(name = "up", mixinStandardHelpOptions = true, description = "Starts it, and shows where it is.")
    static final class Up extends Part {
        Up(Map<String, String> environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            Home home = home();
            Terminal terminal = terminal();
            Cancellation cancellation = new Cancellation();
            try (Interrupts interrupts = Interrupts.cancelling(cancellation)) {
                return show(KeptSandbox.findOrStart(home, terminal, cancellation), terminal);
            }
        }
    }

    /** Stops it. */
    @Command(
            name = "down",
            mixinStandardHelpOptions = true,
            description = "Stops it and all that runs in it, and deletes its data.")
    static final class Down extends Part {
        Down(Map<String, String> environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            Terminal terminal = terminal();
            Optional<KeptSandbox> up = KeptSandbox.find(home());
            up.ifPresent(KeptSandbox::stop);
            boolean cleared = KeptSandbox.clear(home());
            if (up.isPresent()) {
                terminal.line("The sandbox is down.");
            } else {
                terminal.line(cleared ? "The sandbox had been killed; what it left is gone now." : "No sandbox is up.");
            }
            return 0;
        }
    }

    /** Shows it. */
    @Command(
            name = "status",
            mixinStandardHelpOptions = true,
            description = "Shows what runs in it; exit code 1 where none is up.")
    static final class Status extends Part {
        Status(Map<String, String> environment) {
            super(environment);
        }

        @Override
        public Integer call() {
            Terminal terminal = terminal();
            Optional<KeptSandbox> up = KeptSandbox.find(home());
            if (up.isEmpty()) {
                terminal.line("No sandbox is up.");
                return DOWN;
            }
            return show(up.get(), terminal);
        }
    }

    /** The process itself. */
    @Command(name = "serve", hidden = true, description = "Runs it in this process.")
    static final class Serve extends Part {
        Serve(Map<String, String> environment) {
            super(environment);
        }

        @Override
        public Integer call() throws IOException, InterruptedException {
            Path folder = home().sandbox();
            String token = UUID.randomUUID().toString();
            CountDownLatch end = new CountDownLatch(1);
            Cancellation cancellation = new Cancellation();
            // closed in reverse order: the process may end only when its folder is gone
            try (Interrupts interrupts = Interrupts.cancelling(cancellation);
                    Closing deletion = () -> RunFolder.delete(folder);
                    Cancellation.Registration registration = cancellation.onCancel(end::countDown);
                    Sandbox sandbox = Sandbox.start(
                            SandboxOptions.in(
                                    KeptSandbox.data(home()), home().cache().resolve("sandbox")),
                            EngineListener.SILENT)) {
                HttpServer control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
                control.createContext("/", exchange -> answer(exchange, token, sandbox, end));
                control.start();
                try {
                    writeState(folder, sandbox, control.getAddress().getPort(), token);
                    end.await();
                } finally {
                    Files.deleteIfExists(KeptSandbox.stateFile(folder));
                    control.stop(0);
                }
            }
            return 0;
        }

        /** Something to do at the end. */
        @FunctionalInterface
        private interface Closing extends AutoCloseable {
            @Override
            void close() throws IOException;
        }

        private static void writeState(Path folder, Sandbox sandbox, int port, String token) throws IOException {
            String state = RunRecord.json(Map.of(
                    "pid", ProcessHandle.current().pid(),
                    "registry", sandbox.registryAddress(),
                    "kubeconfig", sandbox.kubeconfig().toString(),
                    "control", "http://127.0.0.1:" + port,
                    "token", token));
            Path fresh = folder.resolve("sandbox.json.new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, state);
            Files.move(fresh, KeptSandbox.stateFile(folder), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }

        private static void answer(HttpExchange exchange, String token, Sandbox sandbox, CountDownLatch end)
                throws IOException {
            try (exchange) {
                boolean allowed =
                        ("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"));
                String call = exchange.getRequestMethod() + " "
                        + exchange.getRequestURI().getPath();
                if (!allowed) {
                    send(exchange, 401, "{}");
                } else if (call.equals("GET /addresses")) {
                    List<ServiceAddress> addresses = sandbox.addresses();
                    send(exchange, 200, RunRecord.json(Map.of("addresses", addresses)));
                } else if (call.equals("POST /login")) {
                    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                    Map<String, Object> login = RunRecord.map(body);
                    sandbox.login(
                            String.valueOf(login.get("host")),
                            String.valueOf(login.get("user")),
                            new SecretValue(String.valueOf(login.get("password"))));
                    send(exchange, 200, "{}");
                } else if (call.equals("POST /stop")) {
                    send(exchange, 200, "{}");
                    end.countDown();
                } else {
                    send(exchange, 404, "{}");
                }
            }
        }

        private static void send(HttpExchange exchange, int status, String body) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
