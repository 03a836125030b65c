package dev.octavo.engine.runner.cps;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import groovy.lang.GroovyObjectSupport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code currentBuild} in a script. */
public final class CurrentBuild extends GroovyObjectSupport implements Handle {
    private final PipelineRun run;

    CurrentBuild(PipelineRun run) {
        this.run = run;
    }

    public @Nullable String getResult() {
        BuildResult result = run.result();
        return result == null ? null : result.name();
    }

    /** Sets the result; only a worse one changes it, as in Jenkins. */
    public void setResult(@Nullable Object value) {
        if (value != null) {
            run.worsen(parse(String.valueOf(value)));
        }
    }

    private static BuildResult parse(String name) {
        for (BuildResult one : BuildResult.values()) {
            if (one.name().equals(name)) {
                return one;
            }
        }
        throw PipelineError.of(new EngineException(
                ErrorCode.PIPELINE_UNKNOWN,
                "There is no build result \"" + name + "\"",
                LogicalThread.current().place().toString(),
                Suggestions.sentence(
                        name,
                        Arrays.stream(BuildResult.values()).map(Enum::name).toList()),
                "correct the result's name"));
    }

    public String getCurrentResult() {
        return run.currentResult().name();
    }

    public boolean resultIsBetterOrEqualTo(String other) {
        return !run.currentResult().isWorseThan(parse(other));
    }

    public boolean resultIsWorseOrEqualTo(String other) {
        return run.currentResult().compareTo(parse(other)) >= 0;
    }

    public String getDisplayName() {
        return run.displayName();
    }

    public void setDisplayName(@Nullable Object value) {
        run.setDisplayName(String.valueOf(value));
    }

    public @Nullable String getDescription() {
        return run.description().isEmpty() ? null : run.description();
    }

    public void setDescription(@Nullable Object value) {
        run.setDescription(value == null ? "" : String.valueOf(value));
    }

    public int getNumber() {
        try {
            return Integer.parseInt(environment("BUILD_NUMBER", "1"));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    public String getId() {
        return environment("BUILD_ID", String.valueOf(getNumber()));
    }

    public String getProjectName() {
        String full = getFullProjectName();
        return full.substring(full.lastIndexOf('/') + 1);
    }

    public String getFullProjectName() {
        return environment("JOB_NAME", "pipeline");
    }

    public String getFullDisplayName() {
        return getFullProjectName().replace("/", " » ") + " " + getDisplayName();
    }

    public String getAbsoluteUrl() {
        return environment("BUILD_URL", "");
    }

    public long getStartTimeInMillis() {
        return run.startedAt().toEpochMilli();
    }

    public long getTimeInMillis() {
        return getStartTimeInMillis();
    }

    public long getDuration() {
        return elapsed().toMillis();
    }

    public String getDurationString() {
        Duration elapsed = elapsed();
        long minutes = elapsed.toMinutes();
        return (minutes > 0 ? minutes + " min " : "") + elapsed.toSecondsPart() + " sec and counting";
    }

    private Duration elapsed() {
        return Duration.between(run.startedAt(), run.request().clock().instant());
    }

    /** The build before, of which only the result is known; null where there is none. */
    public @Nullable Map<String, Object> getPreviousBuild() {
        BuildResult previous = run.request().previousResult();
        if (previous == null) {
            return null;
        }
        Map<String, Object> build = new LinkedHashMap<>();
        build.put("result", previous.name());
        build.put("currentResult", previous.name());
        build.put("number", getNumber() - 1);
        build.put("displayName", "#" + (getNumber() - 1));
        return build;
    }

    /** The changes since the build before, as one set. */
    public List<Map<String, Object>> getChangeSets() {
        List<Map<String, Object>> items = new ArrayList<>();
        run.request().scm().changes().forEach(change -> {
            Map<String, Object> item = new LinkedHashMap<>();
            item.put("commitId", change.id());
            item.put("msg", change.message().lines().findFirst().orElse(""));
            item.put("comment", change.message());
            item.put("author", change.author());
            item.put("affectedPaths", new ArrayList<>(change.paths()));
            items.add(item);
        });
        if (items.isEmpty()) {
            return new ArrayList<>();
        }
        Map<String, Object> set = new LinkedHashMap<>();
        set.put("kind", "git");
        set.put("items", items);
        return new ArrayList<>(List.of(set));
    }

    public List<Map<String, Object>> getBuildCauses() {
        return causes(run.request().causes());
    }

    /** The causes of a type, by its simple or its whole name. */
    public List<Map<String, Object>> getBuildCauses(String type) {
        String simple = type.substring(Math.max(type.lastIndexOf('.'), type.lastIndexOf('$')) + 1);
        return causes(run.request().causes().stream().filter(simple::equals).toList());
    }

    private static List<Map<String, Object>> causes(List<String> names) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (String name : names) {
            Map<String, Object> cause = new LinkedHashMap<>();
            cause.put("_class", name);
            cause.put("shortDescription", name);
            all.add(cause);
        }
        return all;
    }

    public Map<String, String> getBuildVariables() {
        return new LinkedHashMap<>(LogicalThread.current().run().environment(StepContext.TOP));
    }

    public List<Object> getUpstreamBuilds() {
        return new ArrayList<>();
    }

    public boolean isKeepLog() {
        return false;
    }

    /** Not for pipelines: it is Jenkins' own object, which there is none of here. */
    @SuppressWarnings("DoNotCallSuggester") // pipelines call it
    public Object getRawBuild() {
        throw noRawBuild();
    }

    private static PipelineError noRawBuild() {
        return PipelineError.of(
                new EngineException(
                        ErrorCode.PIPELINE_UNKNOWN,
                        "currentBuild.rawBuild does not exist here",
                        LogicalThread.current().place().toString(),
                        "it gives the pipeline Jenkins' own objects, which administrators of Jenkins have to approve",
                        "use currentBuild's own properties: result, displayName, description, number, changeSets, buildCauses…"));
    }

    private String environment(String name, String missing) {
        return run.request().environment().getOrDefault(name, missing);
    }

    @Override
    public String toString() {
        return "currentBuild";
    }
}
