package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.OperationSpec;
import dev.octavo.engine.api.Requests;
import dev.octavo.engine.delivery.Operations;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is written once in the engine is what documents and the library say. */
class DocumentationTest {
    private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();

    @Test
    void errorsAreExplained() throws IOException {
        String page = Files.readString(REPOSITORY.resolve("docs/errors.md"));

        Set<String> explained = new TreeSet<>();
        Matcher row = Pattern.compile("(?m)^\\| ([A-Z]+-\\d+) \\|").matcher(page);
        while (row.find()) {
            explained.add(row.group(1));
        }

        assertThat(explained)
                .isEqualTo(Arrays.stream(ErrorCode.values())
                        .map(ErrorCode::id)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void libraryCallsOperationsByTheInputsThatTheyDeclare() throws IOException {
        String library = Files.readString(REPOSITORY.resolve("pipeline-library/src/dev/octavo/Delivery.groovy"));

        Matcher call = Pattern.compile("engine\\.run\\('([a-z-]+)',\\s*([^;]*?)\\)\\s*(?:\\n|$)")
                .matcher(library);
        int calls = 0;
        while (call.find()) {
            calls++;
            String name = call.group(1);
            OperationSpec<?, ?> operation = Operations.all().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the library calls an unknown operation " + name));
            Matcher argument =
                    Pattern.compile("(?m)[\\[,\\s(]([a-z][A-Za-z]*): ").matcher(call.group(2));
            while (argument.find()) {
                assertThat(inputs(operation)).as(name).contains(argument.group(1));
            }
        }
        assertThat(calls).isGreaterThanOrEqualTo(9);
    }

    @Test
    void inputsAreExplained() {
        for (OperationSpec<?, ?> operation : Operations.all()) {
            for (RecordComponent input : Requests.inputs(operation.request())) {
                assertThat(Requests.declaration(input).value())
                        .as(input.toString())
                        .isNotBlank()
                        .doesNotEndWith(".");
            }
        }
    }

    private static Set<String> inputs(OperationSpec<?, ?> operation) {
        return Requests.inputs(operation.request()).stream()
                .map(RecordComponent::getName)
                .collect(Collectors.toSet());
    }
}
