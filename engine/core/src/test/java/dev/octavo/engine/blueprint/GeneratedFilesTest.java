package dev.octavo.engine.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.blueprint.GeneratedFile.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedFilesTest {
    private static final String FILE = "deploy/dev/deployment.yaml";
    private static final String FIRST = "replicas: 1\nport: 8080\nimage: a\nuser: 1\n";

    @TempDir
    Path root;

    private GeneratedFiles compare(Map<String, String> wanted) {
        return GeneratedFiles.compare(root, "orders", wanted, false);
    }

    private GeneratedFile generate(String text) {
        return generate(Map.of(FILE, text));
    }

    private GeneratedFile generate(Map<String, String> wanted) {
        GeneratedFiles files = compare(wanted);
        files.write();
        return files.files().get(0);
    }

    private Path file() {
        return root.resolve("orders").resolve(FILE);
    }

    private void edit(String from, String to) throws IOException {
        Files.writeString(file(), Files.readString(file()).replace(from, to));
    }

    @Test
    void newFileIsWrittenAndThenTheSame() throws IOException {
        assertThat(generate(FIRST).state()).isEqualTo(State.CREATED);
        assertThat(Files.readString(file())).isEqualTo(FIRST);
        assertThat(generate(FIRST).state()).isEqualTo(State.SAME);
        assertThat(compare(Map.of(FILE, FIRST)).isBaseStale()).isFalse();
    }

    @Test
    void fileThatNobodyChangedFollowsWhatIsGenerated() throws IOException {
        generate(FIRST);

        assertThat(generate(FIRST.replace("8080", "9090")).state()).isEqualTo(State.UPDATED);
        assertThat(Files.readString(file())).contains("port: 9090");
    }

    @Test
    void changeOfAPersonIsKept() throws IOException {
        generate(FIRST);
        edit("replicas: 1", "replicas: 3");

        GeneratedFile file = generate(FIRST);

        assertThat(file.state()).isEqualTo(State.KEPT);
        assertThat(file.isStale()).isFalse();
        assertThat(Files.readString(file())).contains("replicas: 3");
    }

    @Test
    void changesInDifferentLinesAreMergedAndAgainTheNextTime() throws IOException {
        generate(FIRST);
        edit("replicas: 1", "replicas: 3");

        assertThat(generate(FIRST.replace("user: 1", "user: 2")).state()).isEqualTo(State.MERGED);
        assertThat(Files.readString(file())).contains("replicas: 3").contains("user: 2");
        assertThat(generate(FIRST.replace("user: 1", "user: 3")).state()).isEqualTo(State.MERGED);
        assertThat(Files.readString(file())).contains("replicas: 3").contains("user: 3");
    }

    @Test
    void changesOfTheSameLineAreBothInTheFileUntilAPersonChooses() throws IOException {
        generate(FIRST);
        edit("replicas: 1", "replicas: 3");

        GeneratedFile file = generate(FIRST.replace("replicas: 1", "replicas: 2"));

        assertThat(file.state()).isEqualTo(State.CONFLICT);
        assertThat(file.note()).startsWith("line 1:");
        assertThat(Files.readString(file()))
                .startsWith("<<<<<<< yours\nreplicas: 3\n=======\nreplicas: 2\n>>>>>>> generated\n");
        assertThatThrownBy(() -> generate(FIRST)).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.GENERATE_CONFLICT);
            assertThat(e.where()).isEqualTo("orders/" + FILE + ":1");
        });

        Files.writeString(file(), FIRST.replace("replicas: 1", "replicas: 3"));

        assertThat(generate(FIRST.replace("replicas: 1", "replicas: 2")).state())
                .isEqualTo(State.KEPT);
    }

    @Test
    void fileThatAPersonDeletedStaysAway() throws IOException {
        generate(FIRST);
        Files.delete(file());

        assertThat(generate(FIRST + "more: 1\n").state()).isEqualTo(State.KEPT);
        assertThat(file()).doesNotExist();
    }

    @Test
    void fileThatIsNotNeededAnyMoreGoesUnlessAPersonChangedIt() throws IOException {
        Map<String, String> two = Map.of(FILE, FIRST, "deploy/prod/deployment.yaml", FIRST);
        GeneratedFiles.compare(root, "orders", two, false).write();
        edit("replicas: 1", "replicas: 3");

        GeneratedFiles none = compare(Map.of());
        none.write();

        assertThat(none.files()).extracting(GeneratedFile::state).containsExactly(State.KEPT, State.DELETED);
        assertThat(file()).exists();
        assertThat(root.resolve("orders/deploy/prod")).doesNotExist();
        assertThat(root.resolve("orders/deploy/.generated")).doesNotExist();
    }

    @Test
    void fileThatAPersonWroteIsLeftAlone() throws IOException {
        Files.createDirectories(file().getParent());
        Files.writeString(file(), "mine: 1\n");

        assertThat(generate(FIRST).state()).isEqualTo(State.FOREIGN);
        assertThat(Files.readString(file())).isEqualTo("mine: 1\n");
    }

    @Test
    void overwritingReplacesWhatPeopleChangedDeletedOrWrote() throws IOException {
        generate(FIRST);
        edit("replicas: 1", "replicas: 3");

        GeneratedFiles files = GeneratedFiles.compare(root, "orders", Map.of(FILE, FIRST), true);
        files.write();

        assertThat(Files.readString(file())).isEqualTo(FIRST);
        Files.delete(file());
        GeneratedFiles.compare(root, "orders", Map.of(FILE, FIRST), true).write();
        assertThat(file()).exists();
    }

    @Test
    void windowsLineEndsStay() throws IOException {
        generate(FIRST);
        Files.writeString(file(), FIRST.replace("\n", "\r\n"));

        assertThat(compare(Map.of(FILE, FIRST)).files().get(0).state()).isEqualTo(State.SAME);
        generate(FIRST.replace("8080", "9090"));
        assertThat(Files.readString(file())).contains("port: 9090\r\n").doesNotContain("\r\r");
    }

    @Test
    void runThatWasStoppedBeforeItsEndIsFinishedByTheNext() throws IOException {
        generate(FIRST);
        String base = Files.readString(root.resolve("orders/deploy/.generated"));
        String second = FIRST.replace("8080", "9090");
        generate(second);
        Files.writeString(root.resolve("orders/deploy/.generated"), base);

        assertThat(generate(second).state()).isEqualTo(State.SAME);
        assertThat(compare(Map.of(FILE, second)).isBaseStale()).isFalse();
    }

    @Test
    void brokenNoteOfWhatWasGeneratedIsToldWithItsPlace() throws IOException {
        generate(FIRST);
        Path base = root.resolve("orders/deploy/.generated");
        Files.writeString(base, Files.readString(base).replaceAll("(?m)^(deploy.*)....$", "$1"));

        assertThatThrownBy(() -> generate(FIRST))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.where()).isEqualTo("orders/deploy/.generated:2"));
    }

    @Test
    void linkThatLeadsOutIsNotFollowed() throws IOException {
        Path outside = Files.createTempFile("outside", ".yaml");
        Files.createDirectories(file().getParent());
        Files.createSymbolicLink(file(), outside);

        assertThatThrownBy(() -> generate(FIRST)).isInstanceOfSatisfying(EngineException.class, e -> assertThat(e.why())
                .contains("leads out of the sources"));
        Files.delete(outside);
    }

    @Test
    void diffIsThatOfGit() {
        generate(FIRST);
        GeneratedFile file =
                compare(Map.of(FILE, FIRST.replace("8080", "9090"))).files().get(0);

        assertThat(GeneratedFiles.diff(file)).isEqualTo("""
                --- a/orders/deploy/dev/deployment.yaml
                +++ b/orders/deploy/dev/deployment.yaml
                @@ -1,4 +1,4 @@
                 replicas: 1
                -port: 8080
                +port: 9090
                 image: a
                 user: 1
                """);
    }
}
