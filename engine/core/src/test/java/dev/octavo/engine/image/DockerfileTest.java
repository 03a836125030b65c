package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileTest {
    private static Dockerfile parse(String text) {
        return Dockerfile.parse(Path.of("Dockerfile"), text);
    }

    private static Recipe recipe(String text) {
        return recipe(text, Map.of(), Map.of());
    }

    private static Recipe recipe(String text, Map<String, String> base, Map<String, String> arguments) {
        Dockerfile dockerfile = parse(text);
        return Recipe.of(dockerfile, dockerfile.chain(arguments).instructions(), base, "/", arguments);
    }

    @Test
    void readsInstructionsWithTheirLines() {
        Dockerfile dockerfile = parse("""
                # syntax=docker/dockerfile:1

                FROM eclipse-temurin:17-jre AS Runtime
                # a comment
                expose 8080
                CMD ["a", "b c"]
                """);

        assertThat(dockerfile.finalStage().name()).isEqualTo("runtime");
        assertThat(dockerfile.finalStage().line()).isEqualTo(3);
        assertThat(dockerfile.finalStage().instructions())
                .extracting(
                        Dockerfile.Instruction::line, Dockerfile.Instruction::keyword, Dockerfile.Instruction::words)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(5, "EXPOSE", null),
                        org.assertj.core.groups.Tuple.tuple(6, "CMD", List.of("a", "b c")));
    }

    @Test
    void joinsContinuedLinesAcrossCommentsAndEmptyOnes() {
        Dockerfile dockerfile = parse("""
                FROM a
                ENV A=1 \\
                    # not this

                    B=2 \\
                    C=3
                USER 7
                """);

        assertThat(recipe("""
                FROM a
                ENV A=1 \\
                    # not this

                    B=2 \\
                    C=3
                """).environment())
                .containsExactly(Map.entry("A", "1"), Map.entry("B", "2"), Map.entry("C", "3"));
        assertThat(dockerfile.finalStage().instructions().get(1).line()).isEqualTo(7);
    }

    @Test
    void honoursAnotherEscape() {
        Recipe recipe = recipe("""
                # escape=`
                FROM a
                ENV FOLDER=c:\\temp `
                    NAME=x
                """);

        assertThat(recipe.environment()).containsEntry("FOLDER", "c:\\temp").containsEntry("NAME", "x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "$A|one",
                "${A}|one",
                "${B:-two}|two",
                "${B-two}|two",
                "${A:+set}|set",
                "${B:+set}|~~",
                "${A:-${B}}|one",
                "${B:-${A}x}|onex",
                "\"$A $A\"|one one",
                "'$A'|$A",
                "\\$A|$A",
                "$|$",
                "a$A.b|aone.b"
            })
    void expandsVariables(String text, String expanded) {
        assertThat(Words.expand(text.strip(), Map.of("A", "one"), '\\')).isEqualTo(expanded);
    }

    @Test
    void takesArgumentsBeforeFromIntoTheBase() {
        Dockerfile dockerfile = parse("""
                ARG REGISTRY=docker.io
                ARG JAVA=17
                FROM ${REGISTRY}/library/eclipse-temurin:${JAVA}-jre
                """);

        assertThat(dockerfile.chain(Map.of()).base()).isEqualTo("docker.io/library/eclipse-temurin:17-jre");
        assertThat(dockerfile.chain(Map.of("JAVA", "21")).base()).endsWith("temurin:21-jre");
    }

    @Test
    void namesTheLineOfABaseWithoutAName() {
        assertThatThrownBy(() -> parse("ARG BASE\n\nFROM $BASE\n").chain(Map.of()))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_FILE);
                    assertThat(e.where()).isEqualTo("Dockerfile:3");
                });
    }

    @Test
    void goesBackThroughStagesThatTheLastOneBuildsOn() {
        Dockerfile.Chain chain = parse("""
                FROM maven AS build
                RUN mvn package
                FROM eclipse-temurin:17-jre AS base
                ENV A=1
                FROM base
                ENV B=2
                """).chain(Map.of());

        assertThat(chain.base()).isEqualTo("eclipse-temurin:17-jre");
        assertThat(chain.line()).isEqualTo(3);
        assertThat(chain.instructions())
                .extracting(Dockerfile.Instruction::text)
                .containsExactly("A=1", "B=2");
    }

    @Test
    void gathersWhatAnImageIsMadeOf() {
        Recipe recipe = recipe("""
                FROM base
                ARG VERSION=1
                ENV NAME="my shop" PATH=$PATH:/opt/bin
                ENV OLD old form $VERSION
                LABEL team=shop "com.example.note"='a b'
                EXPOSE 8080 9090/udp 7000-7001
                WORKDIR /opt
                WORKDIR app
                VOLUME ["/data", "/logs"]
                VOLUME /more
                USER $VERSION:2
                STOPSIGNAL SIGQUIT
                COPY --chown=1:2 --chmod=640 a b ./conf/
                ADD ["with space", "/x"]
                ENTRYPOINT exec java -jar app.jar
                CMD ["--a"]
                HEALTHCHECK --interval=5s CMD curl x
                RUN one && \\
                    two
                """, Map.of("PATH", "/bin"), Map.of("VERSION", "5"));

        assertThat(recipe.environment())
                .containsEntry("NAME", "my shop")
                .containsEntry("PATH", "/bin:/opt/bin")
                .containsEntry("OLD", "old form 5");
        assertThat(recipe.labels()).containsEntry("team", "shop").containsEntry("com.example.note", "a b");
        assertThat(recipe.ports()).containsExactly("8080/tcp", "9090/udp", "7000/tcp", "7001/tcp");
        assertThat(recipe.workingDirectory()).isEqualTo("/opt/app");
        assertThat(recipe.volumes()).containsExactly("/data", "/logs", "/more");
        assertThat(recipe.user()).isEqualTo("5:2");
        assertThat(recipe.stopSignal()).isEqualTo("SIGQUIT");
        assertThat(recipe.entrypoint()).containsExactly("/bin/sh", "-c", "exec java -jar app.jar");
        assertThat(recipe.command()).containsExactly("--a");
        assertThat(recipe.runs()).hasSize(1);
        assertThat(recipe.notes()).singleElement().asString().startsWith("Dockerfile:17: HEALTHCHECK is left out");
        Recipe.Copy copy = recipe.copies().get(0);
        assertThat(copy.sources()).containsExactly("a", "b");
        assertThat(copy.destination()).isEqualTo("/opt/app/conf/");
        assertThat(copy.owner()).isEqualTo("1:2");
        assertThat(copy.mode()).isEqualTo("640");
        assertThat(recipe.copies().get(1).sources()).containsExactly("with space");
    }

    @Test
    void skipsTextsInTheFileItself() {
        Dockerfile dockerfile = parse("""
                FROM a
                RUN <<EOF
                FROM is no instruction here
                EOF
                USER 5
                """);

        assertThat(dockerfile.finalStage().instructions())
                .extracting(Dockerfile.Instruction::keyword)
                .containsExactly("RUN", "USER");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM a\\nFETCH b|Dockerfile:2|no instruction",
                "USER x\\nFROM a|Dockerfile:1|only ARG",
                "# nothing|Dockerfile:1|no FROM",
                "FROM a b c|Dockerfile:1|FROM wants",
                "FROM a\\nUSER|Dockerfile:2|nothing after it",
                "FROM a\\nRUN <<X\\nfoo|Dockerfile:2|no end"
            })
    void namesTheLineThatIsWrong(String text, String where, String why) {
        assertThatThrownBy(() -> parse(text.replace("\\n", "\n"))).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_FILE);
            assertThat(e.where()).isEqualTo(where);
            assertThat(e.why()).contains(why);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EXPOSE 0|no port",
                "EXPOSE 80x|no port",
                "EXPOSE 9-1|no port",
                "COPY onlyone|what to copy",
                "ENV A=1 B|no value",
                "COPY <<EOF /x\\nEOF|not supported"
            })
    void saysWhatAnInstructionLacks(String line, String why) {
        assertThatThrownBy(() -> recipe("FROM a\n" + line.replace("\\n", "\n") + "\n"))
                .isInstanceOfSatisfying(EngineException.class, e -> {
                    assertThat(e.where()).isEqualTo("Dockerfile:2");
                    assertThat(e.why()).contains(why);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"java\",\"-Xmx64m\",\"-jar\",\"a.jar\",\"--x\"]|-Xmx64m|--x|0",
                "[\"java\",\"-cp\",\"x\",\"-Da=b\",\"org.springframework.boot.loader.launch.JarLauncher\"]|-Da=b||0",
                "exec java $JAVA_OPTS -Xss1m -jar /a.jar|-Xss1m||1",
                "java -Dname=\"a b\" -jar a.jar --y|-Dname=a b|--y|0",
                "[\"/entry.sh\"]|||1",
                "[\"java\",\"--add-opens\",\"java.base/java.lang=ALL-UNNAMED\",\"-jar\",\"a.jar\"]|--add-opens;java.base/java.lang=ALL-UNNAMED||0"
            })
    void keepsTheOptionsOfAnEntrypoint(String entrypoint, String options, String arguments, int notes) {
        Recipe recipe = recipe("FROM a\nENTRYPOINT " + entrypoint + "\n");

        JavaCommand command = JavaCommand.of(recipe.entrypoint(), recipe.command());

        assertThat(String.join(";", command.options())).isEqualTo(options == null ? "" : options);
        assertThat(String.join(";", command.arguments())).isEqualTo(arguments == null ? "" : arguments);
        assertThat(command.notes()).hasSize(notes);
    }
}
