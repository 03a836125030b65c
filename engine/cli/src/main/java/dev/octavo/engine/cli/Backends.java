package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.SecretValue;
import dev.octavo.engine.cli.Terminal.Tone;
import dev.octavo.engine.sandbox.Sandbox;
import dev.octavo.engine.sandbox.SandboxOptions;
import dev.octavo.engine.sandbox.ServiceAddress;
import dev.octavo.engine.source.BareMirror;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The registry, cluster and git remote that stand in for real ones: in this process, or in one that is kept. */
final class Backends implements AutoCloseable {
    private final @Nullable Sandbox own;
    private final @Nullable KeptSandbox kept;
    /** Whether an earlier run has kept it. */
    private final boolean found;

    private final @Nullable Path remote;

    private Backends(@Nullable Sandbox own, @Nullable KeptSandbox kept, boolean found, @Nullable Path remote) {
        this.own = own;
        this.kept = kept;
        this.found = found;
        this.remote = remote;
    }

    /** Where options name all of them. */
    static Backends none() {
        return new Backends(null, null, false, null);
    }

    /**
     * Uses the sandbox that an earlier run has kept, else starts one.
     *
     * @param run has one in this process
     * @param repository whose copy takes the place of the remote
     * @param keep whether it outlives this process
     */
    static Backends start(
            Home home, RunFolder run, Path repository, boolean keep, Terminal terminal, Cancellation cancellation) {
        KeptSandbox running = KeptSandbox.find(home).orElse(null);
        boolean found = running != null;
        if (running == null && keep) {
            running = KeptSandbox.findOrStart(home, terminal, cancellation);
        }
        if (running != null) {
            String name = String.valueOf(repository.getFileName());
            return new Backends(
                    null,
                    running,
                    found,
                    BareMirror.createFrom(
                            repository, running.folder().resolve("git").resolve(name + ".git")));
        }
        Sandbox sandbox =
                Sandbox.start(SandboxOptions.in(run.cluster(), home.cache().resolve("sandbox")), EngineListener.SILENT);
        return new Backends(sandbox, null, false, BareMirror.createFrom(repository, run.remote()));
    }

    /** Lets the cluster's pods be pulled from a real registry that wants a login. */
    void login(String host, String user, SecretValue password) {
        if (kept != null) {
            kept.login(host, user, password);
        } else if (own != null) {
            own.login(host, user, password);
        }
    }

    String registry() {
        if (kept != null) {
            return kept.registry();
        }
        return own == null ? "" : own.registryAddress();
    }

    Path kubeconfig() {
        if (kept != null) {
            return kept.kubeconfig();
        }
        return own == null ? Path.of("") : own.kubeconfig();
    }

    String gitRemote() {
        return remote == null ? "origin" : remote.toString();
    }

    /** Says plainly what is not real. */
    String describe(boolean registry, boolean cluster, boolean git) {
        List<String> parts = new ArrayList<>();
        if (registry) {
            parts.add("registry " + registry());
        }
        if (cluster) {
            parts.add("cluster (its pods are processes of this machine, nothing is isolated)");
        }
        if (git) {
            parts.add("git remote (a copy of this repository)");
        }
        return "sandbox" + (found ? " kept by an earlier run" : "") + ": " + String.join(", ", parts);
    }

    /** Shows what was deployed; where a person looks on, waits until they have seen it. */
    void present(Terminal terminal, boolean keep, Cancellation cancellation) {
        List<ServiceAddress> addresses = kept != null ? kept.addresses() : own == null ? List.of() : own.addresses();
        if (addresses.isEmpty()) {
            return;
        }
        if (kept == null && !terminal.interactive()) {
            terminal.line(Tone.QUIET, "The sandbox ends with this run; --keep leaves the services up.");
            return;
        }
        terminal.line("");
        Table table = new Table();
        addresses.forEach(each -> table.row("  " + each.namespace(), each.service(), each.url()));
        table.lines().forEach(terminal::line);
        if (kept != null) {
            terminal.line("They stay up until: octavo sandbox down");
            return;
        }
        waitForPerson(terminal, cancellation);
    }

    private static void waitForPerson(Terminal terminal, Cancellation cancellation) {
        try {
            terminal.forgetTyped();
            terminal.ask("Open them in your browser. Enter stops them. ", cancellation);
        } catch (EngineException e) {
            return; // Ctrl-C says the same as Enter
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
