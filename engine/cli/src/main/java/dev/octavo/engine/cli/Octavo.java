package dev.octavo.engine.cli;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCategory;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.NearestName;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.delivery.Operations;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The {@code octavo} command. */
@Command(
        name = "octavo",
        description = "Takes a Java microservice from a commit to production in eight stages.",
        versionProvider = Octavo.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = CompletionCommand.class,
        footerHeading = "%nExamples%n",
        footer = {
            "  octavo run catalog-service -P TAG_NAME=v1.0.0   all eight stages on this machine",
            "  octavo run --help                               what else it can do"
        })
public final class Octavo implements Runnable {
    /** The version that the build has written into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Octavo.class.getPackage().getImplementationVersion();
            return new String[] {"octavo " + (version == null ? "(unpackaged)" : version)};
        }
    }

    private static final String LOCALES = "java.locale.providers";
    private static final int WARNS_OF_COMPAT = 21;

    @picocli.CommandLine.Spec
    private @org.jspecify.annotations.Nullable CommandSpec spec;

    @Override
    public void run() {
        CommandSpec own = java.util.Objects.requireNonNull(spec);
        throw new ParameterException(own.commandLine(), "A command is missing");
    }

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // before the first of the sandbox's servers: without it each small answer waits 40 ms for the next
        System.setProperty("sun.net.httpserver.nodelay", "true");
        prepare();
        System.exit(commandLine(System.getenv(), arguments, Octavo::commandLine).execute(arguments));
    }

    /** What has to be set before the first class that looks. */
    static void prepare() {
        loadNoClosures();
        // a client's key goes through a key store in memory, which nobody can read: to encrypt it 10,000 times takes 70
        // ms
        System.setProperty("keystore.pkcs12.keyPbeIterationCount", "1");
        // a library prepares a format of dates; nothing here shows names in the user's language, and those of CLDR take
        // 40 ms. Java 21 and later warn of the others
        if (Runtime.version().feature() < WARNS_OF_COMPAT && System.getProperty(LOCALES) == null) {
            System.setProperty(LOCALES, "COMPAT");
        }
    }

    /** Without it picocli starts Groovy, where it finds that, for the case that an annotation holds a closure. */
    static void loadNoClosures() {
        System.setProperty("picocli.disable.closures", "true");
    }

    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Octavo());
        line.addSubcommand(new RunCommand(environment));
        line.addSubcommand(new MigrateCommand());
        line.addSubcommand(SandboxCommand.commandLine(environment));
        line.addSubcommand(new TrainCommand(
                environment,
                Octavo::commandLine,
                List.of(
                        "--help",
                        "run --help",
                        "plan --help",
                        "preflight -C REPOSITORY",
                        "run -C REPOSITORY --approve all")));
        return withOperations(line, Operations.all(), environment);
    }

    /** The command as these words need it: of all operations the one that they begin with, or the whole command. */
    static CommandLine commandLine(
            Map<String, String> environment, String[] arguments, Function<Map<String, String>, CommandLine> whole) {
        return (arguments.length == 0 ? Optional.<OperationSpec<?, ?>>empty() : Operations.named(arguments[0]))
                // without annotations: picocli would take longer to read them than to parse the arguments
                .map(named -> withOperations(
                        new CommandLine(CommandSpec.create().name("octavo")), List.of(named), environment))
                .orElseGet(() -> whole.apply(environment));
    }

    /** Adds operations, and how failures and help are shown. */
    static CommandLine withOperations(
            CommandLine line, List<OperationSpec<?, ?>> operations, Map<String, String> environment) {
        for (OperationSpec<?, ?> operation : operations) {
            line.addSubcommand(operation.name(), OperationCommand.spec(operation, environment));
        }
        Map<String, String> exitCodes = new LinkedHashMap<>();
        exitCodes.put(" 0", "done");
        exitCodes.put(" 1", "a bug in Octavo");
        exitCodes.put(" 2", "a wrong option, parameter or file");
        exitCodes.put(" 3", "tests, analysis or quality gate");
        exitCodes.put(" 4", "registry");
        exitCodes.put(" 5", "cluster or rollout");
        exitCodes.put(" 6", "something took too long");
        exitCodes.put(" 7", "a gate that nobody approved");
        exitCodes.put(" 8", "source tree or build");
        exitCodes.put(" 9", "mistakes that preflight found");
        exitCodes.put("130", "stopped");
        for (CommandLine each : line.getSubcommands().values()) {
            each.getCommandSpec()
                    .usageMessage()
                    .exitCodeListHeading("%nExit codes%n")
                    .exitCodeList(exitCodes);
        }
        line.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(Octavo::usage);
        line.setExecutionExceptionHandler((failure, failed, parsed) -> {
            EngineException known = failure instanceof EngineException engine
                    ? engine
                    : new EngineException(
                            ErrorCode.INTERNAL,
                            "Octavo has failed at something that it should have seen",
                            "octavo " + failed.getCommandName(),
                            failure.toString(),
                            "report it with the lines below",
                            failure);
            failed.getErr().println(known.describe());
            if (known.code().category() == ErrorCategory.INTERNAL || environment.containsKey("OCTAVO_STACKTRACE")) {
                failure.printStackTrace(failed.getErr());
            }
            return known.code().category().exitCode();
        });
        return line;
    }

    private static int usage(ParameterException failure, String[] arguments) {
        CommandLine failed = failure.getCommandLine();
        PrintWriter err = failed.getErr();
        err.println(new EngineException(
                        ErrorCode.CONFIG_INVALID,
                        String.valueOf(failure.getMessage()),
                        "octavo " + String.join(" ", arguments),
                        suggestion(failure, failed),
                        "see " + failed.getCommandSpec().qualifiedName() + " --help")
                .describe());
        return ErrorCode.CONFIG_INVALID.category().exitCode();
    }

    private static String suggestion(ParameterException failure, CommandLine failed) {
        List<String> given = List.of();
        List<String> near = List.of();
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            given = unmatched.getUnmatched();
            near = unmatched.getSuggestions();
        }
        List<String> commands = failed.getSubcommands().values().stream()
                .filter(each -> !each.getCommandSpec().usageMessage().hidden())
                .map(CommandLine::getCommandName)
                .toList();
        boolean option = !given.isEmpty() && given.get(0).startsWith("-");
        if (commands.isEmpty() || option) {
            return near.isEmpty()
                    ? "it is not how this command is called"
                    : "did you mean " + String.join(" or ", near) + "?";
        }
        List<String> likely = given.isEmpty() ? List.of() : NearestName.of(given.get(0), commands);
        return (likely.isEmpty() ? "" : "did you mean " + String.join(" or ", likely) + "? ") + "the commands are "
                + String.join(", ", commands);
    }
}
