package dev.octavo.engine.delivery;

import dev.octavo.engine.api.EngineContext;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.api.Operation;
import dev.octavo.engine.api.ResultException;
import dev.octavo.engine.preflight.Item;
import dev.octavo.engine.preflight.MachineReports;
import dev.octavo.engine.preflight.Preflight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The end of stage 1: mistakes in the repository's files; errors end the run before it costs anything. */
final class PreflightOperation implements Operation<PreflightRequest, PreflightResult> {
    private static final int SHOWN = 3;

    @Override
    public PreflightResult run(PreflightRequest request, EngineContext context) {
        PreflightResult result = look(request, context);
        Optional<ResultException> failure = failure(request.strict(), result, result);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return result;
    }

    /** What there is, which may be enough to fail. */
    static PreflightResult look(PreflightRequest request, EngineContext context) {
        Set<String> known = new HashSet<>(request.variables().keySet());
        if (context.environment().containsKey("JENKINS_URL")) {
            known.addAll(context.environment().keySet()); // what the build really has
        }
        Preflight.Report report =
                new Preflight(context.workspace(), known, context.cancellation()).check(request.fix());
        List<Item> findings = report.findings().stream()
                .map(finding -> Item.of(finding, ""))
                .filter(item -> isBelow(request.directory(), item.file()))
                .toList();
        List<Item> silenced = report.silenced().stream()
                .map(each -> Item.of(each.finding(), each.reason()))
                .filter(item -> isBelow(request.directory(), item.file()))
                .toList();
        write(context, request.sarif(), () -> MachineReports.sarif(findings, silenced));
        write(context, request.warningsNg(), () -> MachineReports.warnings(findings));
        List<Item> left = findings.stream().filter(item -> !item.fixed()).toList();
        int errors = (int) left.stream().filter(Item::fails).count();
        return new PreflightResult(
                errors, left.size() - errors, findings.size() - left.size(), report.files(), findings, silenced);
    }

    /** Pipelines at the top are about the services too. */
    private static boolean isBelow(String directory, String file) {
        return directory.isEmpty()
                || file.startsWith(directory.replaceAll("/+$", "") + "/")
                || (file.indexOf('/') < 0 && Preflight.isPipeline(file));
    }

    /**
     * Why these mistakes end the run, if they do.
     *
     * @param strict whether warnings do too
     * @param whole what the operation returns with them
     */
    static Optional<ResultException> failure(boolean strict, PreflightResult result, Record whole) {
        boolean errors = result.errors() > 0;
        if (!errors && !(strict && result.warnings() > 0)) {
            return Optional.empty();
        }
        List<Item> worst = result.findings().stream()
                .filter(item -> !item.fixed() && (!errors || item.fails()))
                .toList();
        String why = worst.stream()
                .limit(SHOWN)
                .map(item -> place(item) + "  " + item.rule() + " " + item.name() + ": " + item.message())
                .collect(Collectors.joining("\n"));
        int more = worst.size() - SHOWN;
        return Optional.of(new ResultException(
                errors ? ErrorCode.PREFLIGHT_ERRORS : ErrorCode.PREFLIGHT_WARNINGS,
                "Preflight found " + result.errors() + (result.errors() == 1 ? " error and " : " errors and ")
                        + result.warnings() + (result.warnings() == 1 ? " warning" : " warnings"),
                place(worst.get(0)),
                more > 0 ? why + "\nand " + more + " more" : why,
                "correct them, or silence a rule where it is not meant: octavo:ignore RULE and the reason, in a"
                        + " comment",
                whole));
    }

    private static String place(Item item) {
        return item.file() + ":" + item.line() + ":" + item.column();
    }

    private static void write(EngineContext context, String file, java.util.function.Supplier<String> text) {
        if (file.isEmpty()) {
            return;
        }
        Path path = context.workspace().resolve(file);
        try {
            Path folder = path.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(path, text.get() + "\n", StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The findings cannot be written",
                    path.toString(),
                    String.valueOf(e.getMessage()),
                    "choose a file that can be written",
                    e);
        }
    }
}
