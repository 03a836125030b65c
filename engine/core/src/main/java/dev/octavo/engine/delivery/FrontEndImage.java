package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.catalog.BuildTool;
import dev.octavo.engine.catalog.Microservice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Dockerfile that the image of a front end is made by: its own; else the one that {@code generate} would write; and of
 * one that builds in a stage of its own the last stage, with what stage 2 has built here.
 */
final class FrontEndImage {
    private static final String FOLDER = ".octavo/front-ends";
    private static final List<String> BUILT = List.of("dist", "build", "out", "public");
    private static final int DEPTH = 4;
    private static final Pattern FROM_STAGE = Pattern.compile(
            "(?im)^[ \\t]*(COPY|ADD)[ \\t]+((?:--\\S+[ \\t]+)*?)--from=\\S+[ \\t]+((?:--\\S+[ \\t]+)*)(\\S+)[ \\t]+(\\S+)[ \\t]*$");
    private static final Pattern FROM = Pattern.compile("(?im)^[ \\t]*FROM[ \\t].*$");

    private FrontEndImage() {}

    /** From the workspace. */
    static Path dockerfile(Microservice service, EngineContext context) {
        String own = service.dockerfile();
        try {
            if (own == null) {
                return write(service, generated(service, context), context);
            }
            String text = Files.readString(context.workspace().resolve(own), StandardCharsets.UTF_8);
            boolean copies = service.buildTool() == BuildTool.NPM
                    && FROM_STAGE.matcher(text).find();
            return copies ? write(service, lastStage(text, service, context), context) : Path.of(own);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The Dockerfile of \"" + service.name() + "\" cannot be read",
                    own == null ? FOLDER : own,
                    e.toString(),
                    "check that it is a text in UTF-8",
                    e);
        }
    }

    private static String generated(Microservice service, EngineContext context) {
        String text = new MissingDockerfiles(context).text(service).orElse("");
        if (text.isEmpty()) {
            throw new EngineException(
                    ErrorCode.BUILD_OUTPUT,
                    "There is nothing to make the image of \"" + service.name() + "\" from",
                    service.directory(),
                    "it has no Dockerfile, and no folder with pages is known",
                    "write a Dockerfile that copies its pages to a web server's folder");
        }
        if (service.buildTool() != BuildTool.NPM) {
            return text;
        }
        String built = built(service, context);
        return text.replaceAll(
                "(?m)^COPY \\S+/ (/usr/share/nginx/html/)$", "COPY " + Matcher.quoteReplacement(built) + "/ $1");
    }

    private static String lastStage(String text, Microservice service, EngineContext context) {
        Matcher from = FROM.matcher(text);
        int last = 0;
        while (from.find()) {
            last = from.start();
        }
        context.listener()
                .progress(service.name()
                        + ": the stage of its Dockerfile that builds is left out; stage 2 has built it here");
        String stage = text.substring(last);
        String built = built(service, context);
        return FROM_STAGE
                .matcher(stage)
                .replaceAll(copy -> Matcher.quoteReplacement(
                        copy.group(1) + " " + copy.group(2) + copy.group(3) + built + "/ " + copy.group(5)));
    }

    /** The folder that stage 2 has built: the outermost one with an {@code index.html}. */
    private static String built(Microservice service, EngineContext context) {
        Path folder = context.workspace().resolve(service.directory());
        List<Path> found = new ArrayList<>();
        for (String each : BUILT) {
            Path top = folder.resolve(each);
            if (Files.isDirectory(top)) {
                try (Stream<Path> files = Files.walk(top, DEPTH)) {
                    files.filter(file -> file.endsWith("index.html"))
                            .sorted(java.util.Comparator.comparingInt(Path::getNameCount)
                                    .thenComparing(file -> file))
                            .limit(1)
                            .forEach(file -> found.add(file.getParent()));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
            if (!found.isEmpty()) {
                return folder.relativize(found.get(0)).toString().replace('\\', '/');
            }
        }
        throw new EngineException(
                ErrorCode.BUILD_OUTPUT,
                "The build of \"" + service.name() + "\" left no pages",
                service.directory(),
                "there is no index.html in " + String.join(", ", BUILT),
                "run stage 2 before stage 4; let the build write to dist");
    }

    private static Path write(Microservice service, String text, EngineContext context) throws IOException {
        Path file = Path.of(FOLDER, service.name() + ".Dockerfile");
        Path place = context.workspace().resolve(file);
        Files.createDirectories(java.util.Objects.requireNonNull(place.getParent()));
        Files.writeString(place, text, StandardCharsets.UTF_8);
        // the folder's own would leave out what has been built
        Files.writeString(place.resolveSibling(place.getFileName() + ".dockerignore"), "node_modules\n.git\n");
        return file;
    }
}
