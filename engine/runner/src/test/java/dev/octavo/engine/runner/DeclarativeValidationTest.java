package dev.octavo.engine.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.octavo.engine.api.EngineException;
import dev.octavo.engine.api.ErrorCode;
import dev.octavo.engine.runner.api.PipelineResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarativeValidationTest {
    @TempDir
    Path folder;

    private EngineException failureOf(String script) {
        Pipelines pipelines = new Pipelines(folder);
        PipelineResult result = pipelines.run(script);
        assertThat(result.failure()).isNotNull();
        assertThat(pipelines.lines()).as("nothing has run").isEmpty();
        return result.failure();
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(delimiter = '|', textBlock = """
            pipeline {;agent any;stagse { stage('a') { steps { echo 'x' } } };}                            | 3 | "stagse" is no section of pipeline
            pipeline {;stages { stage('a') { steps { echo 'x' } } };}                                      | 1 | has no section "agent"
            pipeline {;agent any;}                                                                         | 1 | has no section "stages"
            pipeline {;agent any;agent any;stages { stage('a') { steps { echo 'x' } } };}                  | 3 | "agent" is there twice
            pipeline {;agent any;stages {;};}                                                              | 3 | "stages" has no stage
            pipeline {;agent any;stages {;stage('a') {;steps {;};};};}                                     | 5 | "steps" has no step
            pipeline {;agent any;stages {;stage('a') {;};};}                                               | 4 | has nothing to do
            pipeline {;agent any;stages {;stage('a') {;stpes { echo 'x' };};};}                            | 5 | "stpes" is no section of stage "a"
            pipeline {;agent any;stages {;stage('a') { steps { echo 'x' } };stage('a') { steps { echo 'y' } };};} | 5 | There are two stages "a"
            pipeline {;agent any;options {;timeuot(time: 1);};stages { stage('a') { steps { echo 'x' } } };}  | 4 | "timeuot" is no option
            pipeline {;agent any;parameters {;sting(name: 'A');};stages { stage('a') { steps { echo 'x' } } };} | 4 | "sting" is no type of parameter
            pipeline {;agent any;triggers {;crom('H 4 * * *');};stages { stage('a') { steps { echo 'x' } } };} | 4 | "crom" is no trigger
            pipeline {;agent any;triggers {;};stages { stage('a') { steps { echo 'x' } } };} | 3 | "triggers" is empty
            pipeline {;agent any;tools {;mavn 'M3';};stages { stage('a') { steps { echo 'x' } } };} | 4 | "mavn" is no tool
            pipeline {;agent any;parameters {;string('A');};stages { stage('a') { steps { echo 'x' } } };} | 4 | Parameter "string" has no name
            pipeline {;agent any;parameters {;string(name: 'A', defaultValue: x.y());};stages { stage('a') { steps { echo 'x' } } };} | 4 | "parameters" calls a method of an object
            pipeline {;agent any;options {;timeout(time: x.y(), unit: 'HOURS');};stages { stage('a') { steps { echo 'x' } } };} | 4 | "options" calls a method of an object
            pipeline {;agent any;environment {;A = b;};stages { stage('a') { steps { echo 'x' } } };}      | 4 | The value of variable "A"
            pipeline {;agent any;environment {;A = 'b';A = 'c';};stages { stage('a') { steps { echo 'x' } } };} | 5 | Variable "A" is there twice
            pipeline {;agent any;environment {;echo 'x';};stages { stage('a') { steps { echo 'x' } } };}   | 4 | that is no variable
            pipeline {;agent anny;stages { stage('a') { steps { echo 'x' } } };}                           | 2 | "anny" is no agent that stands without a block
            pipeline {;agent { lable 'x' };stages { stage('a') { steps { echo 'x' } } };}                  | 2 | "lable" is no type of agent
            pipeline {;agent { node {;lable 'x';} };stages { stage('a') { steps { echo 'x' } } };}         | 3 | "lable" is no option of agent "node"
            pipeline {;agent { docker {;args 'x';} };stages { stage('a') { steps { echo 'x' } } };}        | 2 | Agent "docker" has no "image"
            pipeline {;agent any;stages { stage('a') { steps { echo 'x' } } };post {;};}                   | 4 | "post" has no condition
            pipeline {;agent any;stages { stage('a') { steps { echo 'x' } } };post {;alwyas { echo 'x' };};} | 5 | "alwyas" is no condition of "post"
            pipeline {;agent any;stages { stage('a') { steps { echo 'x' } } };post {;echo 'x';};}          | 5 | "echo" is no condition of "post"
            pipeline {;agent any;stages { stage('a') {;when { brnach 'x' };steps { echo 'x' } } };}        | 4 | "brnach" is no condition of "when"
            pipeline {;agent any;stages { stage('a') {;when {;};steps { echo 'x' } } };}                   | 4 | "when" has no condition
            pipeline {;agent any;stages { stage('a') {;when {;not { branch 'a'; branch 'b' };};steps { echo 'x' } } };} | 5 | more than one condition
            pipeline {;agent any;stages { stage('a') {;input { ok 'x' };steps { echo 'x' } } };}           | 4 | "input" has no message
            pipeline {;agent any;stages { stage('a') {;input { mesage 'x' };steps { echo 'x' } } };}       | 4 | "mesage" is no field of input
            pipeline {;agent any;stages { stage('a') {;steps {;def x = 1;echo 'x';} } };}                  | 5 | There is Groovy code among the steps
            pipeline {;agent any;stages { stage('a') {;steps {;if (true) { echo 'x' };} } };}              | 5 | There is Groovy code among the steps
            pipeline {;agent any;stages { stage('a') {;steps {;dir('x') {;def y = 1;};} } };}              | 6 | There is Groovy code among the steps
            pipeline {;agent any;stages { stage('a') {;steps {;stage('b') { echo 'x' };} } };}             | 5 | Step "stage" stands among the steps
            pipeline {;agent any;stages { stage {;steps { echo 'x' } } };}                                 | 3 | A stage has no name
            pipeline {;agent any;stages { stage('a') {;agent any;parallel { stage('b') { steps { echo 'x' } } } } };} | 4 | has an agent and branches
            pipeline {;agent any;stages { stage('a') {;parallel { stage('b') {;parallel { stage('c') { steps { echo 'x' } } } } } } };} | 5 | stands within another parallel or matrix
            pipeline {;agent any;stages { stage('a') {;steps { echo 'x' };stages { stage('b') { steps { echo 'x' } } } } };} | 3 | Stage "a" has steps and stages
            pipeline {;agent any;stages { stage('a') {;matrix {;stages { stage('b') { steps { echo 'x' } } } } } };} | 4 | has no axis
            pipeline {;agent any;stages { stage('a') {;matrix {;axes { axis { nmae 'A' } };stages { stage('b') { steps { echo 'x' } } } } } };} | 5 | "nmae" is no part of "axis"
            """)
    void mistakesAreReportedWithTheirLine(String script, int line, String what) {
        EngineException failure = failureOf(script.replace(';', '\n'));

        assertThat(failure.what()).contains(what);
        assertThat(failure.where()).isEqualTo("Jenkinsfile:" + line);
        assertThat(failure.code()).isIn(ErrorCode.PIPELINE_SYNTAX, ErrorCode.PIPELINE_UNKNOWN);
    }

    @Test
    void theNearestNameComesFirst() {
        EngineException failure = failureOf(
                "pipeline {\n  agent any\n  stages { stage('a') { steps { echo 'x' } } }\n  post { succes { echo 'x' } }\n}");

        assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_UNKNOWN);
        assertThat(failure.why()).startsWith("did you mean \"success\"? known: success, ");
    }

    @Test
    void allMistakesAreReportedTogether() {
        EngineException failure = failureOf("""
                pipeline {
                    agent any
                    opitons { timestamps() }
                    stages {
                        stage('a') {
                            stpes { echo 'x' }
                        }
                    }
                    post { allways { echo 'x' } }
                }
                """);

        assertThat(failure.where()).isEqualTo("Jenkinsfile:3");
        assertThat(failure.why())
                .contains("and 2 more mistakes")
                .contains("Jenkinsfile:6  \"stpes\"")
                .contains("Jenkinsfile:9  \"allways\"");
    }

    @Test
    void mistakesInALibraryHaveTheLibrarysFile() {
        PipelineResult result = new Pipelines(folder)
                .library("lib", "vars/deliver.groovy", "def call() {\n    pipeline {\n        agentt any\n    }\n}\n")
                .run("@Library('lib') _\ndeliver()\n");

        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().where()).isEqualTo("vars/deliver.groovy:3");
        assertThat(result.failure().what()).contains("\"agentt\"");
    }

    @Test
    void groovyThatDoesNotCompileIsReportedWithItsLine() {
        EngineException failure = failureOf("echo 'a'\ndef x = = 1\n");

        assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_SYNTAX);
        assertThat(failure.where()).isEqualTo("Jenkinsfile:2");
    }

    @Test
    void anUnknownClassIsReportedWithItsLine() {
        EngineException failure = failureOf("import com.example.Missing\necho 'a'\n");

        assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_SYNTAX);
        assertThat(failure.where()).isEqualTo("Jenkinsfile:1");
        assertThat(failure.what()).contains("com.example.Missing");
    }

    @Test
    void anUnknownLibraryIsReportedWithThoseThatAreKnown() {
        PipelineResult result = new Pipelines(folder)
                .library("octavo", "vars/x.groovy", "def call() {}\n")
                .run("echo 'a'\n@Library('octvo@main') _\n");

        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().what()).contains("octvo");
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:2");
        assertThat(result.failure().why()).contains("did you mean \"octavo\"?");
    }

    @Test
    void grabIsRefused() {
        EngineException failure = failureOf("@Grab('org.example:thing:1.0')\nimport java.util.List\necho 'a'\n");

        assertThat(failure.what()).contains("@Grab");
        assertThat(failure.where()).startsWith("Jenkinsfile:");
    }

    @Test
    void anUnknownStepStopsWithItsLineAndWhatIsKnown() {
        PipelineResult result = new Pipelines(folder)
                .step("octavoImage", call -> null)
                .run(
                        "pipeline {\n agent any\n options { skipDefaultCheckout() }\n stages { stage('a') { steps {\n  octavoImge()\n } } }\n}");

        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_UNKNOWN);
        assertThat(result.failure().what()).contains("octavoImge");
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:5");
        assertThat(result.failure().why())
                .contains("did you mean \"octavoImage\"?")
                .contains("archiveArtifacts");
    }

    @Test
    void anUnknownStepIsFoundBeforeAnythingRuns() {
        EngineException failure = failureOf("""
                def own = { echo 'own' }
                pipeline {
                    agent none
                    stages {
                        stage('a') { steps { echo 'ran'; helper(); script { own() } } }
                        stage('b') { steps { retry(2) { sleeep 5 } } }
                    }
                }
                def helper() {}
                """);

        assertThat(failure.code()).isEqualTo(ErrorCode.PIPELINE_UNKNOWN);
        assertThat(failure.where()).isEqualTo("Jenkinsfile:6");
        assertThat(failure.why()).startsWith("did you mean \"sleep\"?");
    }

    @Test
    void anUnknownArgumentStopsWithThoseThatAreKnown() {
        PipelineResult result = new Pipelines(folder).run("node {\n  sh script: 'true', retrunStdout: true\n}\n");

        assertThat(result.failure()).isNotNull();
        assertThat(result.failure().code()).isEqualTo(ErrorCode.PIPELINE_UNKNOWN);
        assertThat(result.failure().where()).isEqualTo("Jenkinsfile:2");
        assertThat(result.failure().why()).contains("did you mean \"returnStdout\"?");
    }
}
