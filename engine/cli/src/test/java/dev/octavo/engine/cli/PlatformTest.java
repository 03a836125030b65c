package dev.octavo.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What deploy/ says to Jenkins is what the plugin understands, and what it needs is there. */
class PlatformTest {
    private static final Path REPOSITORY = Path.of("../..").toAbsolutePath().normalize();
    private static final Path CASC = REPOSITORY.resolve("deploy/base/jenkins/casc");
    private static final Path SETTINGS =
            REPOSITORY.resolve("jenkins-plugin/src/main/java/io/jenkins/plugins/octavo/config");

    private static final Map<String, String> TYPES = Map.of(
            "clusters", "Cluster",
            "registries", "Registry",
            "sonar", "Sonar",
            "environments", "Environment",
            "gates", "Gate");

    @Test
    void settingsOfThePluginHaveItsNames() throws IOException {
        Map<?, ?> octavo =
                map(map(read(CASC.resolve("octavo.yaml")).get("unclassified")).get("octavo"));

        assertThat(octavo.keySet()).isEqualTo(TYPES.keySet());
        for (Map.Entry<?, ?> part : octavo.entrySet()) {
            Set<String> known = fields(TYPES.get(part.getKey().toString()));
            List<?> each = part.getValue() instanceof List<?> list ? list : List.of(part.getValue());
            for (Object one : each) {
                assertThat(known).as(part.getKey().toString()).containsAll(texts(map(one).keySet()));
            }
        }
    }

    @Test
    void credentialsThatSettingsNameAreThere() throws IOException {
        String octavo = Files.readString(CASC.resolve("octavo.yaml"));
        String all = octavo + Files.readString(CASC.resolve("jenkins.yaml"));

        assertThat(found("\\bid: ([a-z-]+)", octavo)).containsAll(found("credentialsId: ([a-z-]+)", all));
    }

    @Test
    void variablesHaveValues() throws IOException {
        Set<String> cluster = defined("deploy/cluster/values.env");
        Set<String> compose = defined("deploy/compose/values.env");
        Set<String> secrets = found("(?m)^put ([A-Z_]+) ", Files.readString(REPOSITORY.resolve("deploy/make-secrets")));
        cluster.addAll(secrets);
        compose.addAll(secrets);

        for (String file : List.of("jenkins.yaml", "octavo.yaml")) {
            Set<String> used = found("\\$\\{([A-Z_]+)\\}", Files.readString(CASC.resolve(file)));
            assertThat(cluster).as(file).containsAll(used);
            assertThat(compose).as(file).containsAll(used);
        }
        assertThat(cluster).containsAll(found("\\$\\{([A-Z_]+)\\}", Files.readString(CASC.resolve("cluster.yaml"))));
    }

    @Test
    void everyPlaceholderOfTheManifestsIsFilledIn() throws IOException {
        String cluster = Files.readString(REPOSITORY.resolve("deploy/cluster/kustomization.yaml"));
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.find(REPOSITORY.resolve("deploy/base"), 9, (path, attributes) -> path.toString()
                .endsWith(".yaml"))) {
            for (Path file : files.toList()) {
                used.addAll(found("\\$\\(([A-Z_]+)\\)", Files.readString(file)));
            }
        }

        assertThat(found("  - name: ([A-Z_]+)\\n", cluster)).isEqualTo(used);
        assertThat(defined("deploy/cluster/values.env")).containsAll(used);
    }

    @Test
    void environmentsHaveTheNamespacesOfTheValues() throws IOException {
        String values = Files.readString(REPOSITORY.resolve("deploy/cluster/values.env"));
        for (String environment : List.of("dev", "prod")) {
            Object namespace = read(REPOSITORY.resolve("deploy/environments/" + environment + "/kustomization.yaml"))
                    .get("namespace");
            assertThat(values).contains(environment.toUpperCase(Locale.ROOT) + "_NAMESPACE=" + namespace);
        }
    }

    /** What the constructor and the setters of a setting take. */
    private static Set<String> fields(String type) throws IOException {
        String source = Files.readString(SETTINGS.resolve(type + ".java"));
        Set<String> fields = new TreeSet<>();
        for (String setter : found("public void set([A-Z]\\w*)\\(", source)) {
            fields.add(setter.substring(0, 1).toLowerCase(Locale.ROOT) + setter.substring(1));
        }
        Matcher constructor = Pattern.compile("@DataBoundConstructor\\s+public \\w+\\(([^)]*)\\)")
                .matcher(source);
        assertThat(constructor.find()).isTrue();
        fields.addAll(found("(\\w+)(?:,|$)", constructor.group(1)));
        return fields;
    }

    private static Set<String> defined(String file) throws IOException {
        return found("(?m)^([A-Z_]+)=.", Files.readString(REPOSITORY.resolve(file)));
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private static Map<?, ?> read(Path file) throws IOException {
        return map(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }

    private static Map<?, ?> map(Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<?, ?>) value;
    }

    private static Set<String> texts(Set<?> keys) {
        Set<String> texts = new TreeSet<>();
        keys.forEach(key -> texts.add(key.toString()));
        return texts;
    }
}
