package dev.octavo.engine.runner;

import dev.octavo.engine.runner.api.LibraryResolver;
import dev.octavo.engine.runner.api.PipelineRequest;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.RunListener;
import dev.octavo.engine.runner.api.SourcePlace;
import dev.octavo.engine.runner.api.StageResult;
import dev.octavo.engine.runner.api.StageStatus;
import dev.octavo.engine.runner.api.StepCall;
import dev.octavo.engine.runner.api.StepHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs pipelines for tests and keeps what they say. */
final class Pipelines implements RunListener {
    private final Path folder;
    private final Map<String, Path> libraries = new LinkedHashMap<>();
    private final List<StepHandler> handlers = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<Consumer<PipelineRequest.Builder>> settings = new ArrayList<>();
    private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
    private final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, StageResult> stages = new ConcurrentHashMap<>();
    private final List<Consumer<String>> watchers = new ArrayList<>();

    Pipelines(Path folder) {
        this.folder = folder;
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", folder.toString());
        environment.put("BUILD_NUMBER", "7");
        environment.put("JOB_NAME", "shop/catalog");
        environment.put("BRANCH_NAME", "main");
        handlers.add(handler("record", call -> null));
    }

    Path workspace() {
        return folder.resolve("workspace");
    }

    Path runFolder() {
        return folder.resolve("run");
    }

    Pipelines library(String name, String file, String text) {
        Path root = libraries.computeIfAbsent(
                name, key -> folder.resolve("libraries").resolve(key));
        write(root.resolve(file), text);
        return this;
    }

    Pipelines file(String path, String text) {
        write(workspace().resolve(path), text);
        return this;
    }

    Pipelines env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Pipelines step(String name, Function<StepCall, Object> body) {
        handlers.add(handler(name, body));
        return this;
    }

    Pipelines with(Consumer<PipelineRequest.Builder> setting) {
        settings.add(setting);
        return this;
    }

    Pipelines onOutput(Consumer<String> watcher) {
        watchers.add(watcher);
        return this;
    }

    static StepHandler handler(String name, Function<StepCall, Object> body) {
        return new StepHandler() {
            @Override
            public List<String> names() {
                return List.of(name);
            }

            @Override
            public Object execute(StepCall call) {
                return body.apply(call);
            }
        };
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PipelineResult run(String script) {
        PipelineRequest.Builder builder = PipelineRequest.builder(
                        folder.resolve("Jenkinsfile"), script, workspace(), runFolder())
                .environment(environment)
                .steps(handlers)
                .listener(this)
                .libraries(new LibraryResolver() {
                    @Override
                    public Optional<Path> resolve(String name, String version) {
                        return Optional.ofNullable(libraries.get(name));
                    }

                    @Override
                    public List<String> names() {
                        return List.copyOf(libraries.keySet());
                    }
                });
        settings.forEach(setting -> setting.accept(builder));
        return new PipelineRunner().run(builder.build());
    }

    /** Everything that the build said, without the stages. */
    List<String> lines() {
        return List.copyOf(lines);
    }

    List<String> warnings() {
        return List.copyOf(warnings);
    }

    static Map<String, StageStatus> statuses(PipelineResult result) {
        Map<String, StageStatus> statuses = new LinkedHashMap<>();
        result.stages().forEach(stage -> statuses.put(stage.path(), stage.status()));
        return statuses;
    }

    @Override
    public void output(String stage, String line) {
        lines.add(line);
        watchers.forEach(watcher -> watcher.accept(line));
    }

    @Override
    public void warning(String stage, String message) {
        warnings.add(message);
    }

    @Override
    public void stageFinished(StageResult stage) {
        stages.put(stage.path(), stage);
    }

    @Override
    public void stepStarted(String stage, String step, String label, SourcePlace place) {
        // looked at by tests of their own
    }
}
