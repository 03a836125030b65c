package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.BuildResult;
import dev.octavo.engine.runner.api.PipelineResult;
import dev.octavo.engine.runner.api.StageStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StepsTest {
    @TempDir
    Path folder;

    private static final String GREEN =
            "<testsuite><testcase classname=\"a.B\" name=\"c\"/><testcase classname=\"a.B\" name=\"d\"><skipped/></testcase></testsuite>";
    private static final String RED =
            "<testsuite><testcase classname=\"a.B\" name=\"c\"><failure message=\"x\"/></testcase></testsuite>";

    private PipelineResult run(Pipelines pipelines, String script) {
        return pipelines.run("node {\n" + script + "\n}\n");
    }

    @Test
    void filesAreWrittenReadAndFound() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = run(pipelines, """
                writeFile file: 'a/b.txt', text: 'ü', encoding: 'UTF-8'
                dir('a') {
                    echo "${readFile('b.txt')} ${fileExists('b.txt')} ${fileExists('c.txt')} ${pwd()}"
                    writeJSON file: 'd.json', json: [x: [1, 2]]
                }
                def json = readJSON file: 'a/d.json'
                echo "${json.x[1]} ${findFiles(glob: '**/*.txt')*.path} ${isUnix()}"
                deleteDir()
                echo "${fileExists('a/b.txt')}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines())
                .containsExactly("ü true false " + pipelines.workspace().resolve("a"), "2 [a/b.txt] true", "false");
    }

    @Test
    void yamlAndPropertiesAreReadAndWritten() {
        Pipelines pipelines = new Pipelines(folder).file("a.properties", "x=1\ny=two\n");

        PipelineResult result = run(pipelines, """
                writeYaml file: 'a.yaml', data: [name: 'catalog', ports: [80, 8080]]
                def one = readYaml file: 'a.yaml'
                def two = readYaml text: 'a: 1\\n---\\nb: 2\\n'
                sleep time: 1, unit: 'MILLISECONDS'
                echo "${one.name} ${one.ports[1]} ${two[1].b} ${readProperties(file: 'a.properties', defaults: [z: 'd'])}"
                writeYaml file: 'a.yaml', data: []
                """);

        assertThat(pipelines.lines()).containsExactly("catalog 8080 2 [z:d, x:1, y:two]");
        assertThat(result.failure().what()).contains("a.yaml");
    }

    @Test
    void resultsMayBeComparedAsJenkinsClass() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                import hudson.model.Result
                currentBuild.result = Result.UNSTABLE
                echo "${Result.fromString(currentBuild.result).isWorseThan(Result.SUCCESS)}"
                """);

        assertThat(result.result()).isEqualTo(BuildResult.UNSTABLE);
        assertThat(pipelines.lines()).containsExactly("true");
    }

    @Test
    void jenkinsOwnClassesAreSaidToBeInJenkinsAlone() {
        PipelineResult result = new Pipelines(folder).run("import jenkins.model.Jenkins\necho 'a'\n");

        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_SYNTAX);
        assertThat(result.failure().fix()).contains("in Jenkins alone");
    }

    @Test
    void sonarComesFromTheCaller() {
        dev.octavo.engine.runner.api.SonarGate sonar = new dev.octavo.engine.runner.api.SonarGate() {
            @Override
            public Map<String, String> environment(String server) {
                return Map.of("SONAR_HOST_URL", "http://" + server, "SONAR_AUTH_TOKEN", "sonar-secret");
            }

            @Override
            public String await(dev.octavo.engine.api.EngineContext context) {
                return "ERROR";
            }
        };
        Pipelines pipelines = new Pipelines(folder).with(request -> request.sonar(sonar));

        PipelineResult result = run(pipelines, """
                withSonarQubeEnv('main') { echo "${SONAR_HOST_URL} ${env.SONAR_AUTH_TOKEN}" }
                echo "${waitForQualityGate().status}"
                waitForQualityGate abortPipeline: true
                """);

        assertThat(pipelines.lines()).containsExactly("http://main ****", "ERROR");
        assertThat(result.failure().code()).isEqualTo(ErrorCode.SONAR_RED);
        assertThat(run(new Pipelines(folder), "waitForQualityGate()").failure().code())
                .isEqualTo(ErrorCode.SONAR_UNREACHABLE);
    }

    @Test
    void podsAndContainersRunHereAndSayItOnce() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                podTemplate(containers: [containerTemplate(name: 'maven', image: 'maven:3', ttyEnabled: true)]) {
                    node(POD_LABEL) {
                        container('maven') { echo 'one' }
                        container('maven') { echo 'two' }
                    }
                }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("one", "two");
        assertThat(pipelines.warnings()).hasSize(2);
    }

    @Test
    void stashesGoFromOneWorkspaceToAnother() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                node {
                    writeFile file: '.octavo/run.json', text: '{}'
                    writeFile file: '.octavo/images/big', text: 'x'
                    writeFile file: '.git/config', text: 'x'
                    stash name: 'octavo', includes: '.octavo/**', excludes: '.octavo/images/**', useDefaultExcludes: false
                    stash 'all'
                    deleteDir()
                }
                node {
                    unstash 'octavo'
                    echo "${fileExists('.octavo/run.json')} ${fileExists('.octavo/images/big')}"
                    unstash 'all'
                    echo "${fileExists('.octavo/images/big')} ${fileExists('.git/config')}"
                    unstash 'al'
                }
                """);

        assertThat(pipelines.lines()).contains("true false");
        assertThat(result.failure().why()).startsWith("did you mean \"all\"?");
    }

    @Test
    void artifactsAreKeptInTheRunsFolder() throws IOException {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = run(pipelines, """
                writeFile file: 'target/app.jar', text: 'jar'
                archiveArtifacts artifacts: '**/*.jar, missing/**', fingerprint: true
                archiveArtifacts artifacts: 'missing/**', allowEmptyArchive: true
                archiveArtifacts 'missing/**'
                """);

        assertThat(result.artifacts()).containsExactly(Path.of("target/app.jar"));
        assertThat(Files.readString(pipelines.runFolder().resolve("artifacts/target/app.jar")))
                .isEqualTo("jar");
        assertThat(result.failure().what()).isEqualTo("There is nothing to archive");
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:5");
    }

    @Test
    void testReportsDecideAsInJenkins() {
        Pipelines pipelines =
                new Pipelines(folder).file("a/TEST-green.xml", GREEN).file("b/TEST-red.xml", RED);

        PipelineResult result = run(pipelines, """
                stage('green') { def r = junit 'a/*.xml'; echo "${r.totalCount} ${r.skipCount} ${r.passCount}" }
                stage('none') { junit testResults: 'c/*.xml', allowEmptyResults: true }
                stage('red') { junit '**/TEST-*.xml' }
                stage('after') { echo "${currentBuild.result}" }
                """);

        assertThat(result.failure()).isNull();
        assertThat(result.result()).isEqualTo(BuildResult.UNSTABLE);
        assertThat(pipelines.lines()).contains("2 1 1", "  failed: a.B.c", "UNSTABLE");
        assertThat(Pipelines.statuses(result))
                .containsEntry("green", StageStatus.SUCCESS)
                .containsEntry("red", StageStatus.UNSTABLE)
                .containsEntry("after", StageStatus.SUCCESS);
    }

    @Test
    void missingTestReportsFail() {
        PipelineResult result = run(new Pipelines(folder), "junit 'c/*.xml'");

        assertThat(result.failure().code()).isEqualTo(ErrorCode.TEST_REPORT);
        assertThat(result.result()).isEqualTo(BuildResult.FAILURE);
    }

    @Test
    void variablesComeFromBlocksFirst() {
        Pipelines pipelines = new Pipelines(folder).env("A", "base");

        PipelineResult result = run(pipelines, """
                env.B = 'set'
                withEnv(['A=block', "C=${A}-c", 'PATH+TOOLS=/tools/bin']) {
                    env.A = 'assigned'
                    echo "${A} ${env.A} ${B} ${C} ${PATH.startsWith('/tools/bin:')} ${env.MISSING} ${env['B']}"
                }
                echo "${A} ${env.WORKSPACE == pwd()} ${env.STAGE_NAME}"
                stage('x') { echo env.STAGE_NAME }
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines())
                .containsExactly("block block set base-c true null set", "assigned true null", "x");
    }

    @Test
    void theBuildKnowsItself() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                echo "${currentBuild.number} ${currentBuild.displayName} ${currentBuild.fullDisplayName} ${currentBuild.result} ${currentBuild.currentResult} ${currentBuild.projectName}"
                currentBuild.displayName = 'v1'
                currentBuild.description = "about ${currentBuild.number}"
                currentBuild.result = 'UNSTABLE'
                currentBuild.result = 'SUCCESS'
                echo "${currentBuild.result} ${currentBuild.resultIsWorseOrEqualTo('UNSTABLE')} ${currentBuild.getBuildCauses()[0]._class}"
                """);

        assertThat(pipelines.lines())
                .containsExactly("7 #7 shop » catalog #7 null SUCCESS catalog", "UNSTABLE true UserIdCause");
        assertThat(result.displayName()).isEqualTo("v1");
        assertThat(result.description()).isEqualTo("about 7");
        assertThat(result.result()).isEqualTo(BuildResult.UNSTABLE);
    }

    @Test
    void stepsWithoutAnAgentSayWhatIsMissing() {
        PipelineResult declarative = new Pipelines(folder)
                .run("pipeline {\n agent none\n stages { stage('a') { steps {\n sh 'true'\n } } }\n}\n");
        PipelineResult scripted = new Pipelines(folder).run("sh 'true'\n");

        assertThat(declarative.failure().where()).isEqualTo("Jenkinsfile:4");
        assertThat(declarative.failure().why()).contains("agent none");
        assertThat(scripted.failure().why()).isEqualTo("there is no node { } around the step");
    }

    @Test
    void whatIsNotForThisMachineIsRefusedOrSaid() {
        assertThat(run(new Pipelines(folder), "bat 'dir'").failure().what()).contains("Windows");
        assertThat(run(new Pipelines(folder), "build job: 'other'").failure().what())
                .contains("another job");
        assertThat(run(new Pipelines(folder), "docker.build('x')").failure().what())
                .contains("docker.build");
        Pipelines pipelines = new Pipelines(folder);
        assertThat(run(pipelines, "def m = tool 'Maven 3'\nmail to: 'a@example.com', subject: 'x', body: 'y'")
                        .failure())
                .isNull();
        assertThat(pipelines.warnings()).anyMatch(line -> line.contains("Maven 3"));
        assertThat(pipelines.lines()).anyMatch(line -> line.startsWith("Nothing is sent"));
    }

    @Test
    void theOldWayToCallAStepWorks() {
        Map<String, Object> seen = new LinkedHashMap<>();
        Pipelines pipelines = new Pipelines(folder).step("kubernetesDeploy", call -> {
            seen.putAll(call.arguments());
            return null;
        });

        PipelineResult result = run(pipelines, "step([$class: 'KubernetesDeploy', configs: 'deploy/**'])");

        assertThat(result.failure()).isNull();
        assertThat(seen).containsEntry("configs", "deploy/**");
    }

    @Test
    void propertiesDeclareParameters() {
        Pipelines pipelines = new Pipelines(folder).with(request -> request.parameters(Map.of("B", "true")));

        PipelineResult result = pipelines.run("""
                properties([
                    buildDiscarder(logRotator(numToKeepStr: '5')),
                    parameters([string(name: 'A', defaultValue: 'a'), booleanParam(name: 'B', defaultValue: false),
                        choice(name: 'C', choices: 'x\\ny')]),
                    pipelineTriggers([cron('@daily')])
                ])
                echo "${params.A} ${params.B} ${params.B.class.simpleName} ${params.C} ${params.D} ${A}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("a true Boolean x null a");
    }

    @Test
    void choicesAndFlagsAreChecked() {
        String script = "properties([parameters([booleanParam(name: 'B'), choice(name: 'C', choices: ['x', 'y'])])])\n";

        assertThat(new Pipelines(folder)
                        .with(request -> request.parameters(Map.of("C", "z")))
                        .run(script)
                        .failure()
                        .why())
                .contains("choices: x, y");
        assertThat(new Pipelines(folder)
                        .with(request -> request.parameters(Map.of("B", "yes")))
                        .run(script)
                        .failure()
                        .what())
                .contains("true or false");
    }

    @Test
    void loadRunsAScriptOfTheWorkspace() {
        Pipelines pipelines = new Pipelines(folder)
                .file(
                        "tool.groovy",
                        "def greet(name) {\n  sleep time: 1, unit: 'MILLISECONDS'\n  echo \"hello ${name}\"\n}\nreturn this\n")
                .file("bad.groovy", "\n\nerror 'in bad'\n");

        PipelineResult result = run(pipelines, "def tool = load 'tool.groovy'\ntool.greet('ann')\nload 'bad.groovy'");

        assertThat(pipelines.lines()).containsExactly("hello ann");
        assertThat(result.failure().where()).isEqualTo("bad.groovy:3");
    }

    @Test
    void locksKeepBranchesApart() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run("""
                def inside = 0
                def most = 0
                def body = {
                    lock(resource: 'cluster') {
                        inside++
                        most = Math.max(most, inside)
                        sleep time: 20, unit: 'MILLISECONDS'
                        inside--
                    }
                }
                parallel a: body, b: body, c: body
                echo "${most}"
                """);

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).contains("1");
    }

    @Test
    void waitUntilAsksAgain() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result = pipelines.run(
                "int n = 0\nwaitUntil(initialRecurrencePeriod: 1) {\n  n++\n  return n > 2\n}\necho \"${n}\"\n");

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("3");
    }

    @Test
    void evaluateRunsAText() {
        Pipelines pipelines = new Pipelines(folder);

        PipelineResult result =
                pipelines.run("def x = evaluate('sleep time: 1, unit: \"MILLISECONDS\"\\nreturn 5')\necho \"${x}\"\n");

        assertThat(result.failure()).isNull();
        assertThat(pipelines.lines()).containsExactly("5");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void gitChecksOutARepository() throws IOException {
        Path origin = folder.resolve("origin");
        Files.createDirectories(origin);
        Pipelines pipelines = new Pipelines(folder)
                .env("GIT_AUTHOR_NAME", "a")
                .env("GIT_AUTHOR_EMAIL", "a@example.com")
                .env("GIT_COMMITTER_NAME", "a")
                .env("GIT_COMMITTER_EMAIL", "a@example.com")
                .env("ORIGIN", origin.toUri().toString());

        PipelineResult result = run(pipelines, """
                dir('../origin') {
                    sh 'git init -q -b main . && echo one > file && git add file && git commit -q -m one && git branch side'
                }
                dir('own') {
                    def found = git url: env.ORIGIN, branch: 'main'
                    echo "${found.GIT_BRANCH} ${found.GIT_COMMIT.size()} ${readFile('file').trim()}"
                }
                dir('other') {
                    def found = checkout([$class: 'GitSCM', branches: [[name: '*/side']], userRemoteConfigs: [[url: env.ORIGIN]]])
                    echo found.GIT_BRANCH
                    git url: env.ORIGIN, branch: 'missing'
                }
                """);

        assertThat(pipelines.lines()).contains("origin/main 40 one", "origin/side");
        assertThat(result.failure().code()).isEqualTo(ErrorCode.SOURCE_CHECKOUT);
        assertThat(result.failure().what()).contains("missing");
    }
}
