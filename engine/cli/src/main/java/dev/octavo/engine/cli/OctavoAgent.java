package dev.octavo.engine.cli;

import dev.octavo.engine.delivery.Operations;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/**
 * The {@code octavo} command as the Jenkins plugin carries it to agents: the operations, and nothing of what runs a
 * pipeline on this machine, so that it is small and starts fast.
 */
public final class OctavoAgent {
    private OctavoAgent() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Octavo.prepare();
        System.exit(Octavo.commandLine(System.getenv(), arguments, OctavoAgent::commandLine)
                .execute(arguments));
    }

    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Octavo());
        line.addSubcommand(new TrainCommand(
                environment,
                OctavoAgent::commandLine,
                List.of(
                        "--help",
                        "source -C REPOSITORY --output json",
                        "list -C REPOSITORY --output json",
                        "preflight -C REPOSITORY",
                        "plan -C REPOSITORY --environment dev --output json")));
        return Octavo.withOperations(line, Operations.all(), environment);
    }
}
