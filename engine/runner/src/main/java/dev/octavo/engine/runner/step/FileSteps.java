package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import dev.octavo.engine.runner.cps.Suggestions;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The steps that work with files and folders. */
final class FileSteps {
    private final Workspaces workspaces;

    FileSteps(Workspaces workspaces) {
        this.workspaces = workspaces;
    }

    List<StepDefinition> definitions() {
        return List.of(
                StepDefinition.step("readFile", FileSteps::readFile, "file", "encoding")
                        .withSole("file"),
                StepDefinition.step("writeFile", FileSteps::writeFile, "file", "text", "encoding"),
                StepDefinition.step("fileExists", FileSteps::fileExists, "file").withSole("file"),
                StepDefinition.step("touch", FileSteps::touch, "file", "timestamp")
                        .withSole("file"),
                StepDefinition.step("findFiles", FileSteps::findFiles, "glob", "excludes")
                        .withSole("glob"),
                StepDefinition.step("readJSON", FileSteps::readJson, "file", "text", "returnPojo"),
                StepDefinition.step("writeJSON", FileSteps::writeJson, "file", "json", "pretty", "returnText"),
                StepDefinition.step("readYaml", FileSteps::readYaml, "file", "text"),
                StepDefinition.step(
                        "writeYaml", FileSteps::writeYaml, "file", "charset", "data", "overwrite", "returnText"),
                StepDefinition.step(
                        "readProperties", FileSteps::readProperties, "file", "text", "defaults", "interpolate"),
                StepDefinition.step("libraryResource", FileSteps::libraryResource, "resource", "encoding")
                        .withSole("resource"),
                StepDefinition.step("load", FileSteps::load, "path").withSole("path"),
                StepDefinition.block("dir", FileSteps::dir, "path").withSole("path"),
                StepDefinition.block("ws", this::ws, "dir").withSole("dir"),
                StepDefinition.step("pwd", FileSteps::pwd, "tmp").runningAtOnce(),
                StepDefinition.step("isUnix", call -> true).runningAtOnce(),
                StepDefinition.step("deleteDir", FileSteps::deleteDir),
                StepDefinition.step("cleanWs", FileSteps::cleanWs).withAnyArguments(),
                StepDefinition.step(
                                "stash",
                                FileSteps::stash,
                                "name",
                                "allowEmpty",
                                "excludes",
                                "includes",
                                "useDefaultExcludes")
                        .withSole("name"),
                StepDefinition.step("unstash", FileSteps::unstash, "name").withSole("name"),
                StepDefinition.step(
                                "archiveArtifacts",
                                FileSteps::archiveArtifacts,
                                "artifacts",
                                "allowEmptyArchive",
                                "caseSensitive",
                                "defaultExcludes",
                                "excludes",
                                "fingerprint",
                                "followSymlinks",
                                "onlyIfSuccessful")
                        .withSole("artifacts"),
                StepDefinition.step("archive", FileSteps::archiveArtifacts, "includes", "excludes")
                        .withSole("includes"),
                StepDefinition.step("fingerprint", call -> null)
                        .withAnyArguments()
                        .withSole("targets"));
    }

    private static Path file(StepInvocation call, String argument) {
        return call.directory().resolve(call.text(argument)).normalize();
    }

    private static Charset charset(StepInvocation call) {
        return call.has("encoding") ? Charset.forName(call.text("encoding")) : StandardCharsets.UTF_8;
    }

    private static Object readFile(StepInvocation call) {
        return read(call, file(call, "file"));
    }

    private static String read(StepInvocation call, Path file) {
        try {
            if ("Base64".equals(call.text("encoding", ""))) {
                return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
            }
            return new String(Files.readAllBytes(file), charset(call));
        } catch (NoSuchFileException e) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "There is no file \"" + call.text("file", file.toString()) + "\"",
                    call.place().toString(),
                    "it is looked for as " + file,
                    "check the path, or ask fileExists() first",
                    e);
        } catch (IOException e) {
            throw Trees.failed("A file cannot be read", file, e);
        }
    }

    private static @Nullable Object writeFile(StepInvocation call) {
        Path file = file(call, "file");
        try {
            Files.createDirectories(file.getParent());
            if ("Base64".equals(call.text("encoding", ""))) {
                Files.write(file, Base64.getDecoder().decode(call.text("text")));
            } else {
                Files.write(file, call.text("text").getBytes(charset(call)));
            }
            return null;
        } catch (IOException e) {
            throw Trees.failed("A file cannot be written", file, e);
        }
    }

    private static Object fileExists(StepInvocation call) {
        return Files.exists(file(call, "file"));
    }

    private static @Nullable Object touch(StepInvocation call) {
        Path file = file(call, "file");
        try {
            Files.createDirectories(file.getParent());
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            long time = call.number("timestamp", call.run().request().clock().millis());
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(time));
            return null;
        } catch (IOException e) {
            throw Trees.failed("A file cannot be written", file, e);
        }
    }

    private static Object findFiles(StepInvocation call) {
        Path root = call.directory();
        try {
            List<Map<String, Object>> found = new ArrayList<>();
            String glob = call.text("glob", "");
            List<Path> files =
                    glob.isEmpty() ? children(root) : Globs.find(root, glob, call.text("excludes", ""), true);
            for (Path one : files) {
                Path file = root.resolve(one.toString());
                Map<String, Object> entry = new LinkedHashMap<>();
                entry.put("name", one.getFileName().toString());
                entry.put("path", one.toString() + (Files.isDirectory(file) ? "/" : ""));
                entry.put("directory", Files.isDirectory(file));
                entry.put("length", Files.size(file));
                entry.put("lastModified", Files.getLastModifiedTime(file).toMillis());
                found.add(entry);
            }
            return found;
        } catch (IOException e) {
            throw Trees.failed("A folder cannot be read", root, e);
        }
    }

    private static List<Path> children(Path root) throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.map(root::relativize).sorted().toList();
        }
    }

    private static String textOrFile(StepInvocation call) {
        return call.has("text") ? call.text("text") : read(call, file(call, "file"));
    }

    private static @Nullable Object readJson(StepInvocation call) {
        try {
            return JsonMapper.shared().readValue(textOrFile(call), Object.class);
        } catch (JacksonException e) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "readJSON got something that is no JSON",
                    call.place().toString(),
                    String.valueOf(e.getOriginalMessage()),
                    "check the file or the text",
                    e);
        }
    }

    private static @Nullable Object writeJson(StepInvocation call) {
        String json = call.number("pretty", 0) > 0
                ? JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(call.value("json"))
                : JsonMapper.shared().writeValueAsString(call.value("json"));
        if (call.flag("returnText", false)) {
            return json;
        }
        Path file = file(call, "file");
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, json);
            return null;
        } catch (IOException e) {
            throw Trees.failed("A file cannot be written", file, e);
        }
    }

    private static @Nullable Object readYaml(StepInvocation call) {
        List<Object> documents = new ArrayList<>();
        try {
            LoadSettings settings =
                    LoadSettings.builder().setLabel(call.text("file", "text")).build();
            new Load(settings).loadAllFromString(textOrFile(call)).forEach(documents::add);
        } catch (YamlEngineException e) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "readYaml got something that is no YAML",
                    call.place().toString(),
                    String.valueOf(e.getMessage()),
                    "check the file or the text",
                    e);
        }
        return documents.size() == 1 ? documents.get(0) : documents;
    }

    private static @Nullable Object writeYaml(StepInvocation call) {
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        String yaml = new Dump(settings).dumpToString(call.value("data"));
        if (call.flag("returnText", false)) {
            return yaml;
        }
        Path file = file(call, "file");
        if (Files.exists(file) && !call.flag("overwrite", false)) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "The file \"" + call.text("file") + "\" is there already",
                    call.place().toString(),
                    "writeYaml does not write over files unless it is told to",
                    "say overwrite: true, or choose another name");
        }
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, yaml);
            return null;
        } catch (IOException e) {
            throw Trees.failed("A file cannot be written", file, e);
        }
    }

    private static Object readProperties(StepInvocation call) {
        java.util.Properties properties = new java.util.Properties();
        try {
            properties.load(new java.io.StringReader(textOrFile(call)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        if (call.value("defaults") instanceof Map<?, ?> defaults) {
            defaults.forEach((key, value) -> values.put(String.valueOf(key), value));
        }
        properties.stringPropertyNames().stream()
                .sorted()
                .forEach(name -> values.put(name, properties.getProperty(name)));
        return values;
    }

    private static Object libraryResource(StepInvocation call) {
        String name = call.text("resource");
        Path file = call.run().compiler().resource(name);
        if (file == null) {
            throw new EngineException(
                    ErrorCode.PIPELINE_FAILED,
                    "No library has the resource \"" + name + "\"",
                    call.place().toString(),
                    "it is looked for in the folder resources of each library of this pipeline",
                    "check the path");
        }
        return read(call, file);
    }

    private static @Nullable Object load(StepInvocation call) throws Throwable {
        Path file = file(call, "path");
        return call.run().load(call.thread(), read(call, file), call.text("path"));
    }

    private static @Nullable Object dir(StepInvocation call) throws Throwable {
        Path directory = file(call, "path");
        return call.runBody(call.context().withDirectory(directory));
    }

    private @Nullable Object ws(StepInvocation call) throws Throwable {
        Path folder = workspaces.allocate(file(call, "dir"));
        try {
            return call.runBody(call.context().withWorkspace(folder));
        } finally {
            workspaces.release(folder);
        }
    }

    private static Object pwd(StepInvocation call) {
        Path directory = call.directory();
        return call.flag("tmp", false) ? call.run().temporary(directory).toString() : directory.toString();
    }

    private static @Nullable Object deleteDir(StepInvocation call) {
        Path directory = call.directory();
        try {
            Trees.delete(directory);
            return null;
        } catch (IOException e) {
            throw Trees.failed("A folder cannot be deleted", directory, e);
        }
    }

    private static @Nullable Object cleanWs(StepInvocation call) {
        Path workspace = call.context().workspace();
        Path directory = workspace == null ? call.directory() : workspace;
        try {
            Trees.delete(directory);
            Files.createDirectories(directory);
            return null;
        } catch (IOException e) {
            throw Trees.failed("A folder cannot be deleted", directory, e);
        }
    }

    private static Path stashes(StepInvocation call) {
        return call.run().request().runFolder().resolve("stashes");
    }

    private static @Nullable Object stash(StepInvocation call) {
        Path root = call.directory();
        String name = call.text("name");
        Path folder = stashes(call).resolve(URLEncoder.encode(name, StandardCharsets.UTF_8));
        try {
            List<Path> files = Globs.find(
                    root, call.text("includes", ""), call.text("excludes", ""), call.flag("useDefaultExcludes", true));
            if (files.isEmpty() && !call.flag("allowEmpty", false)) {
                throw new EngineException(
                        ErrorCode.PIPELINE_FAILED,
                        "Stash \"" + name + "\" would be empty",
                        call.place().toString(),
                        "no file in " + root + " matches \"" + call.text("includes", "**") + "\"",
                        "check the patterns, or say allowEmpty: true");
            }
            Trees.delete(folder);
            Files.createDirectories(folder);
            Trees.copy(root, files, folder);
            call.output("Stashed " + files.size() + " file(s)");
            return null;
        } catch (IOException e) {
            throw Trees.failed("A stash cannot be written", folder, e);
        }
    }

    private static @Nullable Object unstash(StepInvocation call) {
        String name = call.text("name");
        Path folder = stashes(call).resolve(URLEncoder.encode(name, StandardCharsets.UTF_8));
        Path root = call.directory();
        try {
            if (!Files.isDirectory(folder)) {
                List<String> known = new ArrayList<>();
                if (Files.isDirectory(stashes(call))) {
                    children(stashes(call))
                            .forEach(one -> known.add(URLDecoder.decode(one.toString(), StandardCharsets.UTF_8)));
                }
                throw new EngineException(
                        ErrorCode.PIPELINE_FAILED,
                        "There is no stash \"" + name + "\"",
                        call.place().toString(),
                        Suggestions.sentence(name, known),
                        "stash it before, or correct the name");
            }
            Trees.copy(folder, Globs.find(folder, "", "", false), root);
            return null;
        } catch (IOException e) {
            throw Trees.failed("A stash cannot be read", folder, e);
        }
    }

    private static @Nullable Object archiveArtifacts(StepInvocation call) {
        Path root = call.directory();
        String patterns = call.text(call.name().equals("archive") ? "includes" : "artifacts");
        if (call.flag("onlyIfSuccessful", false)
                && call.run().currentResult() != dev.octavo.engine.runner.api.BuildResult.SUCCESS) {
            call.output("Nothing is archived: the build is not successful");
            return null;
        }
        Path folder = call.run().request().runFolder().resolve("artifacts");
        try {
            List<Path> files =
                    Globs.find(root, patterns, call.text("excludes", ""), call.flag("defaultExcludes", true));
            if (files.isEmpty()) {
                String message = "No file matches \"" + patterns + "\"";
                if (call.flag("allowEmptyArchive", call.name().equals("archive"))) {
                    call.output("Nothing is archived: " + message);
                    return null;
                }
                throw new EngineException(
                        ErrorCode.PIPELINE_FAILED,
                        "There is nothing to archive",
                        call.place().toString(),
                        message + " in " + root,
                        "check the pattern, or say allowEmptyArchive: true");
            }
            Trees.copy(root, files, folder);
            call.run().artifacts().addAll(files);
            call.output("Archived " + files.size() + " file(s)");
            return null;
        } catch (IOException e) {
            throw Trees.failed("Artifacts cannot be archived", folder, e);
        }
    }
}
