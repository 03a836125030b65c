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
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is written once in the engine is what documents and the library say. */
class DocumentationTest {
    /** What a step of the plugin has besides an operation's inputs. */
    private static final Set<String> CREDENTIALS = Set.of(
            "kubeconfigId",
            "registryCredentialsId",
            "gitCredentialsId",
            "sonarCredentialsId",
            "signingKeyId",
            "signingPasswordId",
            "forgeCredentialsId");

    private static final Path PLUGIN_STEPS = Path.of("jenkins-plugin/src/main/java/io/jenkins/plugins/octavo/steps");
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
        Path sources = REPOSITORY.resolve("pipeline-library/src/dev/octavo");
        String library = Files.readString(sources.resolve("Delivery.groovy"))
                + Files.readString(sources.resolve("Rollback.groovy"));

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
                String given = argument.group(1);
                assertThat(inputs(operation).contains(given) || CREDENTIALS.contains(given))
                        .as(name + " " + given)
                        .isTrue();
            }
        }
        assertThat(calls).isGreaterThanOrEqualTo(12);
    }

    @Test
    void pluginHasAStepForEachOperationWithItsInputsAsFields() throws IOException {
        for (OperationSpec<?, ?> operation : Operations.all()) {
            String type = operation.name().equals("kubernetes-deploy")
                    ? "KubernetesDeployContext"
                    : "Octavo" + operation.name().substring(0, 1).toUpperCase(Locale.ROOT)
                            + operation.name().substring(1) + "Step";
            String source = Files.readString(REPOSITORY.resolve(PLUGIN_STEPS).resolve(type + ".java"));
            // in this order: the first is one of the second
            for (String shared : List.of("EnvironmentStep", "ManifestsStep", "RegistryStep", "ReleasedStep")) {
                if (source.contains(" extends " + shared + " ")) {
                    source += Files.readString(REPOSITORY.resolve(PLUGIN_STEPS).resolve(shared + ".java"));
                }
            }
            Set<String> fields = new TreeSet<>();
            Matcher setter = Pattern.compile("public void set([A-Z]\\w*)\\(").matcher(source);
            while (setter.find()) {
                fields.add(setter.group(1).substring(0, 1).toLowerCase(Locale.ROOT)
                        + setter.group(1).substring(1));
            }

            assertThat(source).contains("return \"" + operation.name() + "\";");
            Set<String> expected = new TreeSet<>(inputs(operation));
            if (operation.name().equals("kubernetes-deploy")) {
                // the old step's own parameters, out of which it makes the kubeconfig and the logins
                expected.remove("kubeconfig");
                expected.addAll(Set.of("dockerCredentials", "credentialsType", "kubeConfig", "ssh", "textCredentials"));
            }
            fields.removeAll(CREDENTIALS);
            assertThat(fields).as(type).isEqualTo(expected);
        }
    }

    @Test
    void pluginUsesTheCodesOfTheEngine() throws IOException {
        String source = Files.readString(REPOSITORY.resolve(PLUGIN_STEPS).resolveSibling("FourLines.java"));
        Set<String> known = Arrays.stream(ErrorCode.values()).map(ErrorCode::id).collect(Collectors.toSet());
        Matcher code = Pattern.compile("\"([A-Z]+-\\d{3})\"").matcher(source);
        int codes = 0;
        while (code.find()) {
            codes++;
            assertThat(known).contains(code.group(1));
        }
        assertThat(codes).isPositive();
    }

    @Test
    void stepsOfThePluginHaveHelpInBothLanguages() throws IOException {
        Path resources = REPOSITORY.resolve("jenkins-plugin/src/main/resources/io/jenkins/plugins/octavo");
        try (Stream<Path> forms = Files.find(resources, 9, (path, attributes) -> path.endsWith("config.jelly"))) {
            for (Path form : forms.toList()) {
                Matcher field =
                        Pattern.compile("<f:entry[^>]* field=\"(\\w+)\"").matcher(Files.readString(form));
                while (field.find()) {
                    for (String language : List.of("", "_zh_CN")) {
                        assertThat(form.resolveSibling("help-" + field.group(1) + language + ".html"))
                                .exists();
                    }
                }
            }
        }
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
