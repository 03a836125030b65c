package dev.octavo.engine.cli;

import dev.octavo.engine.api.Cancellation;
import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.blueprint.DeliveryFile;
import dev.octavo.engine.blueprint.GeneratedFile;
import dev.octavo.engine.blueprint.GeneratedFile.State;
import dev.octavo.engine.blueprint.GeneratedFiles;
import dev.octavo.engine.catalog.Catalog;
import dev.octavo.engine.migrate.Migration;
import dev.octavo.engine.preflight.PipelineSummary;
import dev.octavo.engine.preflight.Preflight;
import dev.octavo.engine.record.RunRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Turns a Jenkinsfile of a team's own into the two lines. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        description = {
            "Turns a Jenkinsfile that was written for Jenkins or KubeSphere into the two lines and delivery.yaml, and says "
                    + "what became of each of its stages.",
            "Then it runs both with steps that only note what they are called for, and compares stages, images, gates, "
                    + "tags and manifests. Nothing is built, pushed or deployed."
        })
final class MigrateCommand implements Callable<Integer> {
    private static final String TARGET = "Jenkinsfile";
    private static final String KEPT = "Jenkinsfile.before-octavo";

    /** How the report is written. */
    enum Format {
        TEXT,
        JSON,
        MARKDOWN
    }

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = {"-C", "--repository"},
            paramLabel = "FOLDER",
            defaultValue = "",
            description = "The folder with the sources. Default: this folder.")
    private Path repository = Path.of("");

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "The Jenkinsfile to read, from the repository. Default: the only one that is not Octavo's.")
    private @Nullable String file;

    @Option(names = "--diff", description = "Writes nothing and shows what would change.")
    private boolean diff;

    @Option(names = "--overwrite", description = "Replaces a Jenkinsfile that is there, and keeps it as " + KEPT + ".")
    private boolean overwrite;

    @Option(names = "--no-proof", description = "Leaves out the runs with recorded steps.")
    private boolean noProof;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text, json or markdown. Default: text.")
    private Format output = Format.TEXT;

    @Override
    public Integer call() {
        Path root = Path.of("").toAbsolutePath().resolve(repository).normalize();
        PipelineSummary old = PipelineSummary.read(root, chosen(root));
        if (old.steps().contains("microservicePipeline")) {
            throw new EngineException(
                    ErrorCode.CONFIG_INVALID,
                    "There is nothing to migrate",
                    old.file(),
                    "it is Octavo's two lines already",
                    "name another file by --file");
        }
        Catalog catalog = Catalog.scan(root);
        Migration migration = Migration.of(root, old, catalog);
        Cancellation cancellation = new Cancellation();
        MigrationProof proof = null;
        try (Interrupts interrupts = Interrupts.cancelling(cancellation)) {
            if (!noProof) {
                proof = MigrationProof.of(root, old, migration, catalog, cancellation);
            }
            List<GeneratedFile> files = files(root, migration);
            boolean held = files.stream().anyMatch(each -> each.state() == State.FOREIGN);
            if (!diff && !held) {
                write(root, files);
            }
            print(new MigrationReport(old, migration, proof, files, diff, !diff && !held));
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.BUILD_DISK,
                    "The migration cannot be written",
                    root.toString(),
                    e.toString(),
                    "check permissions and space",
                    e);
        }
        return 0;
    }

    private void print(MigrationReport report) {
        PrintWriter out = java.util.Objects.requireNonNull(spec).commandLine().getOut();
        out.println(
                switch (output) {
                    case TEXT -> report.text();
                    case JSON -> RunRecord.json(report.document());
                    case MARKDOWN -> report.markdown();
                });
        out.flush();
    }

    private String chosen(Path root) {
        if (file != null) {
            return file;
        }
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.exists(root) ? Files.list(root) : Stream.empty()) {
            files.map(each -> String.valueOf(each.getFileName()))
                    .filter(Preflight::isPipeline)
                    .filter(each -> !each.equals(KEPT))
                    .sorted()
                    .forEach(found::add);
        } catch (IOException e) {
            throw new EngineException(
                    ErrorCode.CONFIG_FILE,
                    "The sources cannot be read",
                    root.toString(),
                    e.toString(),
                    "check the folder",
                    e);
        }
        if (found.contains(TARGET)) {
            return TARGET;
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        throw new EngineException(
                ErrorCode.CONFIG_FILE,
                found.isEmpty() ? "There is no Jenkinsfile to migrate" : "There are several Jenkinsfiles",
                root.toString(),
                found.isEmpty() ? "no file there is called Jenkinsfile" : "they are " + String.join(", ", found),
                "name one by --file");
    }

    private List<GeneratedFile> files(Path root, Migration migration) throws IOException {
        List<GeneratedFile> files = new ArrayList<>();
        String there = read(root.resolve(TARGET));
        if (there != null && !there.equals(migration.jenkinsfile())) {
            if (overwrite || diff) {
                String kept = read(root.resolve(KEPT));
                if (kept != null && !kept.equals(there)) {
                    throw new EngineException(
                            ErrorCode.CONFIG_FILE,
                            "An older Jenkinsfile is kept there already",
                            KEPT,
                            "it is not the one that would be kept now",
                            "move it away, and run it again");
                }
                if (kept == null) {
                    files.add(new GeneratedFile(KEPT, State.CREATED, null, there, "the Jenkinsfile as it was"));
                }
                files.add(new GeneratedFile(TARGET, State.UPDATED, there, migration.jenkinsfile(), ""));
            } else {
                files.add(new GeneratedFile(
                        TARGET,
                        State.FOREIGN,
                        there,
                        there,
                        "is left alone; --overwrite replaces it and keeps it as " + KEPT));
            }
        } else if (there == null) {
            files.add(new GeneratedFile(TARGET, State.CREATED, null, migration.jenkinsfile(), ""));
        }
        String delivery = read(root.resolve(DeliveryFile.NAME));
        files.add(
                delivery == null
                        ? new GeneratedFile(DeliveryFile.NAME, State.CREATED, null, migration.delivery(), "")
                        : new GeneratedFile(DeliveryFile.NAME, State.KEPT, delivery, delivery, "is yours and is kept"));
        if (delivery == null && !Files.exists(root.resolve(DeliveryFile.SCHEMA))) {
            files.add(
                    new GeneratedFile(DeliveryFile.SCHEMA, State.CREATED, null, DeliveryFile.schema(), "for editors"));
        }
        return files;
    }

    private static @Nullable String read(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : null;
    }

    private static void write(Path root, List<GeneratedFile> files) throws IOException {
        for (GeneratedFile each : files) {
            String text = each.after();
            if (text != null && (each.state() == State.CREATED || each.state() == State.UPDATED)) {
                Files.writeString(root.resolve(each.path()), text, StandardCharsets.UTF_8);
            }
        }
    }

    /**
     * What is told.
     *
     * @param proof null where it was not asked for
     */
    private record MigrationReport(
            PipelineSummary old,
            Migration migration,
            @Nullable MigrationProof proof,
            List<GeneratedFile> files,
            boolean shown,
            boolean written) {
        private static final int SAME_SHOWN = 12;

        Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("file", old.file());
            document.put("written", written);
            document.put("jenkinsfile", migration.jenkinsfile());
            document.put("delivery", migration.delivery());
            document.put(
                    "files",
                    files.stream()
                            .map(each -> Map.of(
                                    "path",
                                    each.path(),
                                    "state",
                                    each.state().name().toLowerCase(Locale.ROOT)))
                            .toList());
            document.put("items", migration.items());
            MigrationProof proven = proof;
            if (proven != null) {
                document.put("proof", proven);
                document.put("same", proven.isSame());
            }
            return document;
        }

        String text() {
            List<String> lines = new ArrayList<>();
            if (shown) {
                files.stream()
                        .filter(each -> each.state() == State.CREATED || each.state() == State.UPDATED)
                        .filter(each -> !List.of(KEPT, DeliveryFile.SCHEMA).contains(each.path()))
                        .forEach(each -> lines.add(GeneratedFiles.diff(each).stripTrailing()));
            } else {
                migration.jenkinsfile().lines().forEach(lines::add);
            }
            lines.add("");
            for (Migration.Item item : migration.items()) {
                lines.add(String.format(
                        "%-8s %s%s%s",
                        item.outcome().name().toLowerCase(Locale.ROOT),
                        place(item),
                        item.what(),
                        item.to().isEmpty() ? "" : "  ->  " + item.to()));
                if (!item.why().isEmpty()) {
                    lines.add("         why: " + item.why());
                }
                if (!item.fix().isEmpty()) {
                    lines.add("         do:  " + item.fix());
                }
            }
            lines.add("");
            lines.addAll(proofLines());
            lines.add("");
            files.forEach(each -> lines.add(String.format(
                    "%-8s %s%s", state(each), each.path(), each.note().isEmpty() ? "" : "  (" + each.note() + ")")));
            lines.add(written ? "written" : "nothing was written");
            return String.join("\n", lines);
        }

        private String state(GeneratedFile each) {
            return switch (each.state()) {
                case FOREIGN -> "there";
                case CREATED -> written ? "created" : "new";
                default -> each.state().name().toLowerCase(Locale.ROOT);
            };
        }

        private static String place(Migration.Item item) {
            return item.line() == 0 ? "" : "line " + item.line() + ": ";
        }

        private List<String> proofLines() {
            MigrationProof proven = proof;
            if (proven == null) {
                return List.of("proof: not asked for");
            }
            List<String> lines = new ArrayList<>();
            if (!proven.failure().isEmpty()) {
                lines.add("proof: not possible: " + proven.failure());
                return lines;
            }
            lines.add("proof: both were run " + (proven.runs() == 1 ? "once" : proven.runs() + " times")
                    + " with recorded steps; " + proven.same().size() + " things are the same, "
                    + proven.differences().size() + " differ");
            proven.same().stream().limit(SAME_SHOWN).forEach(each -> lines.add("  same     " + each));
            if (proven.same().size() > SAME_SHOWN) {
                lines.add("  same     and " + (proven.same().size() - SAME_SHOWN) + " more; -o json has all");
            }
            proven.differences()
                    .forEach(each -> lines.add("  differs  " + each.what() + ": "
                            + (each.before().isEmpty() ? "nothing" : each.before()) + "  ->  "
                            + (each.after().isEmpty() ? "nothing" : each.after())
                            + (each.why().isEmpty() ? "" : "  (" + each.why() + ")")));
            return lines;
        }

        String markdown() {
            List<String> lines = new ArrayList<>();
            lines.add("# Migration of " + old.file());
            lines.add("");
            lines.add("```groovy");
            migration.jenkinsfile().lines().forEach(lines::add);
            lines.add("```");
            lines.add("");
            lines.add("| was | line | | is | why | do |");
            lines.add("|---|---|---|---|---|---|");
            for (Migration.Item item : migration.items()) {
                lines.add("| " + cell(item.what()) + " | " + (item.line() == 0 ? "" : item.line()) + " | "
                        + item.outcome().name().toLowerCase(Locale.ROOT) + " | " + cell(item.to()) + " | "
                        + cell(item.why()) + " | " + cell(item.fix()) + " |");
            }
            lines.add("");
            lines.add("## Proof");
            lines.add("");
            MigrationProof proven = proof;
            if (proven == null || !proven.failure().isEmpty()) {
                lines.addAll(proofLines());
            } else {
                lines.add("Both were run " + proven.runs() + " times with recorded steps.");
                lines.add("");
                lines.add("| | before | after | why |");
                lines.add("|---|---|---|---|");
                proven.same().forEach(each -> lines.add("| " + cell(each) + " | same | same | |"));
                proven.differences()
                        .forEach(each -> lines.add("| **" + cell(each.what()) + "** | " + cell(each.before()) + " | "
                                + cell(each.after()) + " | " + cell(each.why()) + " |"));
            }
            return String.join("\n", lines);
        }

        private static String cell(String text) {
            return text.replace("|", "\\|").replace("\n", " ");
        }
    }
}
