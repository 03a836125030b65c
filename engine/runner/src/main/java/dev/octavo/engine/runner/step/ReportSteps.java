package dev.octavo.engine.runner.step;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.SonarGate;
import dev.octavo.engine.runner.cps.StepDefinition;
import dev.octavo.engine.runner.cps.StepInvocation;
import dev.octavo.engine.runner.cps.Symbol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;

/** The steps that publish what a build has found out. */
final class ReportSteps {
    private static final List<String> JUNIT = List.of(
            "testResults",
            "allowEmptyResults",
            "checksName",
            "healthScaleFactor",
            "keepLongStdio",
            "keepProperties",
            "keepTestNames",
            "skipMarkingBuildUnstable",
            "skipOldReports",
            "skipPublishingChecks",
            "stdioRetention",
            "testDataPublishers");

    private ReportSteps() {}

    static List<StepDefinition> definitions() {
        return List.of(
                StepDefinition.step("junit", ReportSteps::junit, JUNIT.toArray(new String[0]))
                        .withSole("testResults"),
                StepDefinition.step("step", ReportSteps::step, "delegate").withSole("delegate"),
                notSent("mail"),
                notSent("emailext"),
                notShown("publishHTML"),
                notShown("jacoco"),
                notShown("recordIssues"),
                notShown("recordCoverage"),
                StepDefinition.block(
                                "withSonarQubeEnv",
                                ReportSteps::withSonar,
                                "installationName",
                                "credentialsId",
                                "envOnly")
                        .withSole("installationName"),
                StepDefinition.step(
                        "waitForQualityGate",
                        ReportSteps::qualityGate,
                        "abortPipeline",
                        "credentialsId",
                        "webhookSecretId"));
    }

    private static StepDefinition notSent(String name) {
        return StepDefinition.step(name, call -> {
                    call.output("Nothing is sent from here: " + name + " to \"" + call.value("to") + "\", subject \""
                            + call.value("subject") + "\"");
                    return null;
                })
                .withAnyArguments();
    }

    private static StepDefinition notShown(String name) {
        return StepDefinition.step(name, call -> {
                    call.run()
                            .warnOnce(
                                    call.context(),
                                    "\"" + name + "\" shows a report in Jenkins' pages, and does nothing here");
                    return null;
                })
                .withAnyArguments();
    }

    private static Object junit(StepInvocation call) {
        Path root = call.directory();
        String pattern = call.text("testResults");
        boolean allowEmpty = call.flag("allowEmptyResults", false);
        JunitReports reports = new JunitReports();
        List<Path> files;
        try {
            files = Globs.find(root, pattern, "", false);
        } catch (IOException e) {
            throw Trees.failed("Test reports cannot be read", root, e);
        }
        if (files.isEmpty() && !allowEmpty) {
            throw new EngineException(
                    ErrorCode.TEST_REPORT,
                    "There is no test report",
                    call.place().toString(),
                    "no file in " + root + " matches \"" + pattern + "\"",
                    "check that the tests ran and where their reports are, or say allowEmptyResults: true");
        }
        for (Path file : files) {
            Path whole = root.resolve(file.toString());
            try {
                if (Files.size(whole) == 0) {
                    throw new XMLStreamException("the file is empty: did the tests crash?");
                }
                reports.read(whole);
            } catch (XMLStreamException e) {
                throw new EngineException(
                        ErrorCode.TEST_REPORT,
                        "A test report cannot be read",
                        whole.toString(),
                        String.valueOf(e.getMessage()),
                        "check that the tests ran to their end",
                        e);
            } catch (IOException e) {
                throw Trees.failed("A test report cannot be read", whole, e);
            }
        }
        if (reports.tests() == 0 && !allowEmpty) {
            throw new EngineException(
                    ErrorCode.TEST_NONE,
                    "No test ran",
                    call.place().toString(),
                    "the reports that match \"" + pattern + "\" hold no test",
                    "check how the tests are chosen, or say allowEmptyResults: true");
        }
        call.output("Tests: " + reports.tests() + " run, " + reports.failures() + " failed, " + reports.skipped()
                + " skipped");
        if (reports.failures() > 0) {
            reports.failed().stream().limit(20).forEach(name -> call.output("  failed: " + name));
            if (!call.flag("skipMarkingBuildUnstable", false)) {
                FlowSteps.markUnstable(call, reports.failures() + " of " + reports.tests() + " tests failed");
            }
        }
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("totalCount", reports.tests());
        summary.put("failCount", reports.failures());
        summary.put("skipCount", reports.skipped());
        summary.put("passCount", reports.tests() - reports.failures() - reports.skipped());
        return summary;
    }

    /** {@code step([$class: 'X', …])}: the old way to call what has a name of its own by now. */
    private static @Nullable Object step(StepInvocation call) throws Throwable {
        Symbol symbol = Symbol.of(call.value("delegate"));
        String name = symbol == null ? "" : symbol.name();
        Map<String, String> names = Map.of(
                "ArtifactArchiver", "archiveArtifacts",
                "Fingerprinter", "fingerprint",
                "JUnitResultArchiver", "junit",
                "KubernetesDeploy", "kubernetesDeploy",
                "Mailer", "mail",
                "WsCleanup", "cleanWs");
        String step = names.getOrDefault(name, name);
        if (symbol == null || call.run().step(step) == null) {
            throw new EngineException(
                    ErrorCode.PIPELINE_UNKNOWN,
                    "\"step\" does not know " + (name.isEmpty() ? "what to call" : "\"" + name + "\""),
                    call.place().toString(),
                    "known: " + String.join(", ", new java.util.TreeSet<>(names.keySet())),
                    "call the step by its own name");
        }
        List<Object> arguments = new ArrayList<>();
        arguments.add(symbol.arguments());
        return call.thread().execute(step, arguments, call.context(), call.place(), null);
    }

    private static SonarGate sonar(StepInvocation call) {
        SonarGate sonar = call.run().request().sonar();
        if (sonar == null) {
            throw new EngineException(
                    ErrorCode.SONAR_UNREACHABLE,
                    "No SonarQube is configured",
                    call.place().toString(),
                    "the pipeline calls " + call.name(),
                    "say where SonarQube is, or skip the stage where there is none");
        }
        return sonar;
    }

    private static @Nullable Object withSonar(StepInvocation call) throws Throwable {
        Map<String, String> variables = sonar(call).environment(call.text("installationName", ""));
        variables.forEach((name, value) -> {
            if (name.contains("TOKEN") || name.contains("PASSWORD")) {
                call.run().secrets().add(value);
            }
        });
        return call.runBody(call.context().withVariables(variables));
    }

    private static Object qualityGate(StepInvocation call) {
        String status = sonar(call).await(call.engineContext(call.directory()));
        if (!status.equals("OK") && call.flag("abortPipeline", false)) {
            throw new EngineException(
                    ErrorCode.SONAR_RED,
                    "The quality gate is red",
                    call.place().toString(),
                    "SonarQube says " + status,
                    "see the project's page in SonarQube");
        }
        Map<String, Object> gate = new LinkedHashMap<>();
        gate.put("status", status);
        return gate;
    }
}
