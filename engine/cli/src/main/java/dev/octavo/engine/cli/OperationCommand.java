package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.Described;
import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.EngineListener;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Input;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.delivery.Operations;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import tools.jackson.core.JacksonException;

/** A subcommand made from an operation's declaration. */
final class OperationCommand implements Callable<Integer> {
    private static final String SERVICE = "service";
    private static final String SERVICES = "services";

    private final OperationSpec<?, ?> operation;
    private final Map<String, String> environment;
    private final CommandSpec spec;

    private OperationCommand(OperationSpec<?, ?> operation, Map<String, String> environment) {
        this.operation = operation;
        this.environment = environment;
        this.spec = CommandSpec.wrapWithoutInspection(this);
    }

    static CommandSpec spec(OperationSpec<?, ?> operation, Map<String, String> environment) {
        OperationCommand command = new OperationCommand(operation, environment);
        CommandSpec spec = command.spec;
        // not the standard ones: an input may be called "version"
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Shows this help.")
                .build());
        spec.usageMessage().description(operation.summary() + ".");
        for (RecordComponent input : Requests.inputs(operation.request())) {
            command.add(input);
        }
        spec.addOption(OptionSpec.builder("-C", "--workspace")
                .type(Path.class)
                .paramLabel("FOLDER")
                .defaultValue(".")
                .description("The folder of the run, with the sources and the record. Default: this folder.")
                .build());
        spec.addOption(OptionSpec.builder("-o", "--output")
                .type(OutputFormat.class)
                .paramLabel("FORMAT")
                .defaultValue("text")
                .description("text or json. Default: text.")
                .build());
        spec.addOption(OptionSpec.builder("--request")
                .type(Path.class)
                .paramLabel("FILE")
                .description("A JSON file with the inputs by name, instead of options.")
                .build());
        spec.addOption(OptionSpec.builder("--result")
                .type(Path.class)
                .paramLabel("FILE")
                .description("Writes the result as JSON to this file too.")
                .build());
        spec.addOption(OptionSpec.builder("-v", "--verbose")
                .type(boolean.class)
                .description("Shows what the service's build prints.")
                .build());
        return spec;
    }

    private void add(RecordComponent input) {
        Input declaration = Requests.declaration(input);
        StringBuilder description = new StringBuilder(declaration.value()).append('.');
        if (!declaration.defaultValue().isEmpty()) {
            description.append(" Default: ").append(declaration.defaultValue()).append('.');
        }
        if (!declaration.environment().isEmpty()) {
            description.append(" Variable: ").append(declaration.environment()).append('.');
        }
        // picocli reads % as a format
        String text = description.toString().replace("%", "%%");
        if (input.getName().equals(SERVICE)) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0")
                    .arity("0..1")
                    .type(String.class)
                    .paramLabel("SERVICE")
                    .description(text)
                    .build());
            return;
        }
        if (input.getName().equals(SERVICES)) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0..*")
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel("SERVICE")
                    .description(text)
                    .build());
            return;
        }
        OptionSpec.Builder option = OptionSpec.builder(optionName(input)).description(text);
        if (input.getType() == boolean.class) {
            option.type(boolean.class).arity("0..1").fallbackValue("true");
        } else if (input.getType() == Map.class || input.getType() == List.class) {
            option.type(List.class)
                    .auxiliaryTypes(String.class)
                    .paramLabel(input.getType() == Map.class ? "NAME=VALUE" : "VALUE");
        } else {
            option.type(String.class).paramLabel(label(input));
        }
        spec.addOption(option.build());
    }

    /** The option of an input: {@code --sonar-url} for {@code sonarUrl}. */
    static String optionName(RecordComponent input) {
        StringBuilder name = new StringBuilder("--");
        for (char c : input.getName().toCharArray()) {
            if (Character.isUpperCase(c)) {
                name.append('-');
            }
            name.append(Character.toLowerCase(c));
        }
        return name.toString();
    }

    private static String label(RecordComponent input) {
        return input.getType() == int.class
                ? "N"
                : input.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
    }

    @Override
    public Integer call() {
        Path workspace = Folders.existing(Path.of(".")
                .toAbsolutePath()
                .resolve((Path) Objects.requireNonNull(value("--workspace")))
                .normalize());
        boolean json = value("--output") == OutputFormat.JSON;
        boolean verbose = Boolean.TRUE.equals(value("--verbose"));
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Cancellation cancellation = new Cancellation();
        try (Interrupts interrupts = Interrupts.cancelling(cancellation)) {
            EngineContext context = new EngineContext(
                    workspace,
                    Home.of(environment).cache(),
                    environment,
                    new PrintingListener(json ? err : out, verbose),
                    cancellation,
                    Clock.systemUTC());
            Record result;
            try {
                result = Operations.run(operation, inputs(), context);
            } catch (ResultException e) {
                print(e.result(), workspace, json, out, err);
                throw e;
            }
            print(result, workspace, json, out, err);
            return 0;
        }
    }

    private void print(Record result, Path workspace, boolean json, PrintWriter out, PrintWriter err) {
        String document = RunRecord.json(result);
        if (value("--result") instanceof Path file) {
            write(workspace.resolve(file), document);
        }
        if (result instanceof Described described) {
            if (json) {
                err.println(described.text());
                err.flush();
            } else {
                boolean colours = Terminal.of(environment, out).colours();
                out.println(described.text(colours));
            }
        }
        if (json || !(result instanceof Described)) {
            out.println(document);
        }
        out.flush();
    }

    private Map<String, Object> inputs() {
        Map<String, Object> inputs = new LinkedHashMap<>();
        if (value("--request") instanceof Path request) {
            inputs.putAll(read(request));
        }
        for (RecordComponent input : Requests.inputs(operation.request())) {
            Object given = input.getName().equals(SERVICE) || input.getName().equals(SERVICES)
                    ? spec.positionalParameters().get(0).getValue()
                    : spec.findOption(optionName(input)).getValue();
            if (given != null) {
                inputs.put(input.getName(), given);
            }
        }
        return inputs;
    }

    private Map<String, Object> read(Path request) {
        try {
            return RunRecord.map(Files.readString(request, StandardCharsets.UTF_8));
        } catch (IOException | JacksonException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The request cannot be read",
                    request.toString(),
                    String.valueOf(e.getMessage()),
                    "give a file with one JSON object",
                    e);
        }
    }

    private static void write(Path file, String document) {
        try {
            Path folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, document + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The result cannot be written",
                    file.toString(),
                    String.valueOf(e.getMessage()),
                    "choose a file that can be written",
                    e);
        }
    }

    private @Nullable Object value(String option) {
        return spec.findOption(option).getValue();
    }

    /** Prints an operation's progress, plainly. */
    private record PrintingListener(PrintWriter writer, boolean verbose) implements EngineListener {
        @Override
        public void progress(String message) {
            writer.println(message);
            writer.flush();
        }

        @Override
        public void warning(String message) {
            writer.println("warning: " + message);
            writer.flush();
        }

        @Override
        public void output(String line) {
            if (verbose) {
                progress(line);
            }
        }
    }
}
