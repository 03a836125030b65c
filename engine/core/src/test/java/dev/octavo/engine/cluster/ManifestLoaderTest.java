package dev.octavo.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.template.Dialect;
import dev.octavo.engine.template.Substitution;
import dev.octavo.engine.template.Variable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestLoaderTest {
    private static final String CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n";

    @TempDir
    private Path directory;

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Manifests load(String patterns) {
        return ManifestLoader.load(directory, patterns, null);
    }

    @Test
    void readsFilesInTheOrderOfTheirNamesAndDocumentsInTheirs() throws IOException {
        write("deploy/dev/b.yaml", CONFIG.formatted("b1") + "---\n" + CONFIG.formatted("b2"));
        write("deploy/dev/a.yml", CONFIG.formatted("a"));
        write("deploy/dev/z/c.json", "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"c\"}}");
        write("deploy/prod/x.yaml", CONFIG.formatted("x"));

        Manifests manifests = load("deploy/dev/**");

        assertThat(manifests.objects())
                .extracting(ManifestObject::title)
                .containsExactly("ConfigMap/a", "ConfigMap/b1", "ConfigMap/b2", "Secret/c");
        assertThat(manifests.objects())
                .extracting(ManifestObject::place)
                .containsExactly(
                        "deploy/dev/a.yml:1", "deploy/dev/b.yaml:1", "deploy/dev/b.yaml:5", "deploy/dev/z/c.json:1");
        assertThat(manifests.warnings()).isEmpty();
    }

    @Test
    void readsSeveralPatternsAndEachFileOnce() throws IOException {
        write("a.yaml", CONFIG.formatted("a"));
        write("sub/b.yaml", CONFIG.formatted("b"));

        Manifests manifests = load(" sub/b.yaml , *.yaml, **/*.yaml, none/** ");

        assertThat(manifests.files()).containsExactly("a.yaml", "sub/b.yaml");
        assertThat(manifests.warnings()).containsExactly("no file matches none/**");
    }

    @Test
    void listForKustomizeIsNoManifest() throws IOException {
        write("deploy/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
        write("deploy/a.yaml", CONFIG.formatted("a"));

        Manifests manifests = load("deploy/**");

        assertThat(manifests.files()).containsExactly("deploy/a.yaml");
        assertThat(manifests.warnings()).isEmpty();
    }

    @Test
    void leavesOutOtherFilesThatAWildcardMatchesAndSaysSo() throws IOException {
        write("deploy/Dockerfile", "FROM x");
        write("deploy/a.yaml", CONFIG.formatted("a"));
        write("deploy/.git/config.yaml", "x");

        Manifests manifests = load("deploy/**");

        assertThat(manifests.files()).containsExactly("deploy/a.yaml");
        assertThat(manifests.warnings()).containsExactly("deploy/Dockerfile is neither YAML nor JSON and is left out");
    }

    @Test
    void readsAnOtherFileThatIsNamed() throws IOException {
        write("deploy/app.tpl", CONFIG.formatted("a"));

        assertThat(load("deploy/app.tpl").objects()).hasSize(1);
    }

    @Test
    void takesListsApart() throws IOException {
        write("l.yaml", """
                apiVersion: v1
                kind: List
                items:
                - apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: a}
                ---
                apiVersion: apps/v1
                kind: DeploymentList
                items:
                - metadata: {name: b, namespace: n}
                """);

        Manifests manifests = load("l.yaml");

        assertThat(manifests.objects())
                .extracting(object ->
                        object.apiVersion() + " " + object.title() + " " + object.namespace() + " " + object.line())
                .containsExactly("v1 ConfigMap/a  4", "apps/v1 Deployment/b n 11");
    }

    @Test
    void replacesPlaceholdersBeforeItReads() throws IOException {
        write("a.yaml", CONFIG.formatted("$NAME") + "data: {x: $OTHER}\n");
        Substitution substitution = new Substitution(Dialect.COMPAT, Map.of("NAME", Variable.of("app", "parameter")));

        Manifests manifests = ManifestLoader.load(directory, "a.yaml", substitution);

        assertThat(manifests.objects().get(0).name()).isEqualTo("app");
        assertThat(manifests.placeholders()).hasSize(2);
        assertThat(manifests.warnings())
                .containsExactly("a.yaml:4:11  $OTHER is not defined and stays as it is written");
    }

    @Test
    void collectsUndefinedVariablesOfAllFiles() throws IOException {
        write("a.yaml", CONFIG.formatted("$NAM"));
        write("b.yaml", CONFIG.formatted("${OTHER}"));
        Substitution substitution = new Substitution(Dialect.STRICT, Map.of("NAME", Variable.of("app", "parameter")));

        assertThatThrownBy(() -> ManifestLoader.load(directory, "*.yaml", substitution))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_UNDEFINED_VARIABLE);
                    assertThat(e.why()).contains("a.yaml:3:18  $NAM is not defined; did you mean NAME?", "b.yaml:3:18");
                });
    }

    @Test
    void warnsOfPlaceholdersThatAreLikelyWrongAndOfNoOthers() throws IOException {
        write("a.yaml", """
                # yaml-language-server: $schema=x
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: a}
                data:
                  nginx.conf: |
                    proxy_pass http://$host$uri $HOME;
                """);
        Substitution substitution = new Substitution(Dialect.COMPAT, Map.of("HOST", Variable.of("agent-7", "agent")));

        assertThat(ManifestLoader.load(directory, "a.yaml", substitution).warnings())
                .containsExactly(
                        "a.yaml:7:23  $host is replaced by HOST; write $$host if it is the program's own",
                        "a.yaml:7:33  $HOME is not defined and stays as it is written");
    }

    @Test
    void refusesAValueThatChangesTheStructureWhereThatIsStrict() throws IOException {
        write("a.yaml", CONFIG.formatted("a") + "data: {plain: x$OK}\ntext: $VALUE\nquoted: \"$VALUE\"\n");
        assertStructure("{x: y}", "text");
        assertStructure("[x]", "text");
        assertStructure("x\nmore: y", "/");
        ManifestLoader.load(directory, "a.yaml", strict("a b"));
        ManifestLoader.load(directory, "a.yaml", strict("12"));
        write("a.yaml", CONFIG.formatted("a") + "quoted: \"$VALUE\"\n");
        ManifestLoader.load(directory, "a.yaml", strict("a: b"));
    }

    private void assertStructure(String value, String field) {
        assertThatThrownBy(() -> ManifestLoader.load(directory, "a.yaml", strict(value)))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_MANIFEST);
                    assertThat(e.where()).contains(field.equals("/") ? "a.yaml" : "a.yaml, field /" + field);
                    assertThat(e.why()).contains("$VALUE at a.yaml:5:7").doesNotContain(value);
                });
    }

    private static Substitution strict(String value) {
        return new Substitution(
                Dialect.STRICT, Map.of("OK", Variable.of("fine", "x"), "VALUE", Variable.of(value, "x")));
    }

    @Nested
    class Refuses {
        private void assertRefused(String patterns, String... parts) {
            assertThatThrownBy(() -> load(patterns)).isInstanceOfSatisfying(EngineException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_MANIFEST);
                assertThat(e.describe()).contains(parts);
            });
        }

        @Test
        void aPatternThatMatchesNothingAndTellsWhatIsThere() throws IOException {
            write("deploy/dev/a.yaml", "");
            write("pom.xml", "");

            assertRefused("deploy/$ENV/**", "No manifest file matches deploy/$ENV/**", "there are: deploy/dev/a.yaml");
            assertRefused("deploy/dev/b.yaml", "deploy/dev/b.yaml does not exist", "deploy/dev/a.yaml");
        }

        @Test
        void aCallThatIsMeantForAnotherProgram() {
            assertRefused("-f a.yaml -f b.yaml", "option of another program");
            assertRefused("", "No manifest file is named");
            assertRefused(" , ", "No manifest file is named");
        }

        @Test
        void whatIsOutsideOfTheDirectory() throws IOException {
            write("a/x.yaml", "");
            Files.createSymbolicLink(directory.resolve("a/link.yaml"), Path.of("/etc/hostname"));

            assertRefused("../x.yaml", "leaves the source tree");
            assertRefused("/etc/hosts", "leaves the source tree");
            assertRefused("a/link.yaml", "a link that leaves the source tree");
            assertRefused("a", "write a/**");
        }

        @Test
        void anObjectWithoutItsName() throws IOException {
            write("a.yaml", "\n\nkind: Deployment\nmetadata: {}\n");
            write("b.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}\n");
            write("c.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: 12}\n");
            write("d.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {v: 1.0}}\n");
            write("e.yaml", "- a\n");

            assertRefused("a.yaml", "An object has no apiVersion, no metadata.name", "a.yaml:3");
            assertRefused("b.yaml", "generateName");
            assertRefused("c.yaml", "put it in quotation marks");
            assertRefused("d.yaml", "metadata.labels.v is not a text");
            assertRefused("e.yaml", "The document is not an object");
        }

        @Test
        void whatIsNoText() throws IOException {
            Files.write(directory.resolve("a.yaml"), "name: caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));

            assertRefused("a.yaml", "not UTF-8");
        }
    }

    @Test
    void doesNotShowContentInWords() throws IOException {
        write("s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: hunter2}\n");

        assertThat(load("s.yaml").toString()).doesNotContain("hunter2").contains("Secret/s");
    }
}
