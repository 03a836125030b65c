package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.Input;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.delivery.Operations;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reference is what the request records say; {@code -Doctavo.write-reference} writes it anew. */
class ReferenceTest {
    private static final Path PAGE =
            Path.of("../../docs/reference.md").toAbsolutePath().normalize();

    private static final String INTRODUCTION = """
            # Reference

            All operations, one for each subcommand of `octavo`. The plugin's step has the same inputs by the names of the second
            column (`octavoDeploy(environment: 'dev')`), and so has the JSON of `--request`. Made from the request records by a test:

                ./mvnw -pl engine/cli -am test -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -Doctavo.write-reference

            Every operation takes `-C FOLDER` (the folder of the run; default: this one), `-o text|json`, `--request FILE` and `--result
            FILE` (inputs and result as JSON), `-v` and `--help`, which lists the exit codes too. Lists and maps are given by repeating the
            option. Errors are explained in [errors.md](errors.md).
            """;

    @Test
    void referenceIsWhatTheRequestRecordsSay() throws IOException {
        String page = page();
        if (System.getProperty("octavo.write-reference") != null) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
                .as("docs/reference.md is stale; its first lines say how it is written")
                .isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        for (OperationSpec<?, ?> operation : Operations.all()) {
            page.append("\n## ").append(operation.name()).append("\n\n");
            page.append(operation.summary()).append(".\n\n");
            List<RecordComponent> inputs = Requests.inputs(operation.request());
            if (inputs.isEmpty()) {
                page.append("No inputs.\n");
                continue;
            }
            page.append("| option | name | type | default | variable | what it is |\n|---|---|---|---|---|---|\n");
            for (RecordComponent input : inputs) {
                page.append(row(input));
            }
        }
        return page.toString();
    }

    private static String row(RecordComponent input) {
        Input declaration = Requests.declaration(input);
        String option =
                switch (input.getName()) {
                    case "service" -> "SERVICE";
                    case "services" -> "[SERVICE...]";
                    default -> OperationCommand.optionName(input);
                };
        String fallback = declaration.required() ? "*required*" : code(declaration.defaultValue());
        return "| "
                + String.join(
                        " | ",
                        List.of(
                                code(option),
                                code(input.getName()),
                                type(input.getType()),
                                fallback,
                                code(declaration.environment()),
                                declaration.value().replace("|", "\\|").replace("<", "&lt;")))
                + " |\n";
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static String type(Class<?> type) {
        if (type == Map.class) {
            return "map";
        }
        if (type == List.class) {
            return "list";
        }
        return type == boolean.class ? "true or false" : type == int.class ? "number" : "text";
    }
}
