package dev.octavo.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PinnedDockerfileTest {
    private final List<String> asked = new ArrayList<>();

    private String pin(String text, Map<String, String> arguments) throws IOException {
        PinnedDockerfile pinned = PinnedDockerfile.of(
                Dockerfile.parse(Path.of("Dockerfile"), text), text, arguments, (reference, line, here, base) -> {
                    asked.add(reference + " " + line + (here ? " here" : "") + (base ? " base" : ""));
                    return "place/" + asked.size();
                });
        return pinned.text();
    }

    @Test
    void eachImageFromElsewhereIsNamedByItsPlaceAndLinesStayWhereTheyWere() throws IOException {
        String pinned = pin("""
                # syntax
                ARG JAVA=17
                FROM --platform=$BUILDPLATFORM maven:3.9 \\
                    AS build
                RUN --mount=type=cache,target=/root/.m2 \\
                    --mount=type=bind,from=tools:1,target=/tools mvn package
                FROM scratch AS empty
                FROM temurin:${JAVA} AS last
                COPY --from=build /a /a
                COPY --chown=1:1 --from=busybox:1 /bin/sh /sh
                COPY --from=0 /a /b
                RUN echo --from=nothing
                """, Map.of("JAVA", "21"));
        assertThat(pinned).isEqualTo("""
                # syntax
                ARG JAVA=17
                FROM place/1 AS build

                RUN --mount=type=cache,target=/root/.m2 \\
                    --mount=type=bind,from=place/2,target=/tools mvn package
                FROM scratch AS empty
                FROM place/3 AS last
                COPY --from=build /a /a
                COPY --chown=1:1 --from=place/4 /bin/sh /sh
                COPY --from=0 /a /b
                RUN echo --from=nothing
                """);
        assertThat(asked).containsExactly("maven:3.9 3 here", "tools:1 5", "temurin:21 8 base", "busybox:1 10");
    }

    @Test
    void aStageThatIsBuiltOnAnotherHasItsBase() throws IOException {
        pin("FROM one:1 AS base\nFROM two:2\nFROM base\n", Map.of());
        assertThat(asked).containsExactly("one:1 1 base", "two:2 2");
    }
}
