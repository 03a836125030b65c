package dev.octavo.engine.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What looks like a mistake and is none, and mistakes that are hard to see. */
class PreflightPrecisionTest {
    @TempDir
    Path folder;

    private Repository repository;

    @BeforeEach
    void begin() {
        repository = new Repository(folder);
    }

    /** @param pipeline what is beside the stages, and the stages */
    private Repository declarative(String pipeline) {
        return repository.file("Jenkinsfile", "pipeline {\n" + pipeline + "\n}\n");
    }

    private static String deploying(String environment, String steps) {
        return "agent any\nparameters { string(name: 'TAG_NAME', defaultValue: '', description: '') }\n" + environment
                + "\nstages { stage('deploy') { steps {\n" + steps + "\n} } }";
    }

    private static String workload(String image) {
        return """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: orders }
            spec:
              template:
                spec:
                  containers:
                    - name: orders
                      image: %s
                      resources: { limits: { memory: 512Mi } }
            """.formatted(image);
    }

    @Test
    void theTopOfABuildMayDeployItsModules() {
        repository
                .file("shop/pom.xml", "<project><artifactId>shop</artifactId></project>")
                .file("shop/orders/pom.xml", "<project><artifactId>orders</artifactId></project>")
                .file("shop/all.yaml", workload("registry.example.com/shop/orders:1.0"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void dockerTakesItsFileInSmallLettersToo() {
        repository.file("orders/dockerfile", "FROM eclipse-temurin:17-jre\n");

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void programsKeepTheirDollarSigns() {
        declarative(deploying("", "kubernetesDeploy(configs: 'deploy/**')"));
        repository.file("deploy/web.yaml", """
            apiVersion: v1
            kind: ConfigMap
            metadata: { name: nginx }
            data:
              default.conf: |
                location / { try_files $uri $UNKNOWN /index.html; proxy_set_header Host $host; }
              url: "http://$BACKEND_HOST/"
            ---
            # image: $NOWHERE/x and ${NOTHING}
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              annotations:
                nginx.ingress.kubernetes.io/rewrite-target: /$1
                nginx.ingress.kubernetes.io/configuration-snippet: proxy_set_header X $http_x;
            spec:
              template:
                spec:
                  containers:
                    - name: web # $COMMENT
                      image: nginx:1.27
                      command: [sh, -c, "echo $HOSTNAME_OF_POD ${JAVA_THINGS}"]
                      args: ["--name=$(POD_NAME)", "$$(ESCAPED)", "$SOMETHING"]
                      lifecycle:
                        preStop: { exec: { command: [sh, -c, "kill $PID"] } }
                      resources: { limits: { memory: 64Mi } }
            """);

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void whatADeployingStepHasIsDefinedThere() {
        declarative("""
            agent any
            parameters { string(name: 'TAG_NAME', defaultValue: '', description: '') }
            environment { REGISTRY = 'harbor.example.com' }
            stages {
                stage('prepare') { steps { script { env.CHANNEL = sh(script: 'cat channel', returnStdout: true).trim() } } }
                stage('deploy') {
                    environment { NAMESPACE = 'shop' }
                    steps {
                        withEnv(["REPLICAS=${env.BUILD_NUMBER}"]) {
                            withCredentials([string(credentialsId: 'zone', variable: 'ZONE')]) {
                                kubernetesDeploy(configs: 'deploy/**')
                            }
                        }
                    }
                }
            }\
            """);
        repository.file(
                "deploy/orders.yaml",
                workload("$REGISTRY/$NAMESPACE/orders:$CHANNEL-$TAG_NAME-$BUILD_NUMBER-$ZONE-$REPLICAS"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void whatOnlyAnotherStageHasIsNotDefined() {
        declarative("""
            agent any
            parameters { string(name: 'TAG_NAME', defaultValue: '', description: '') }
            stages {
                stage('build') {
                    environment { NAMESPACE = 'shop' }
                    steps { echo env.NAMESPACE }
                }
                stage('deploy') { steps { kubernetesDeploy(configs: 'deploy/**') } }
            }\
            """);
        repository.file("deploy/orders.yaml", workload("example.com/$NAMESPACE/orders:$BUILD_NUMBER"));

        assertThat(repository.places()).containsExactly("PRE-010 deploy/orders.yaml:9:30");
        assertThat(repository.findings().get(0).message()).contains("in another stage");
    }

    @Test
    void theLikeliestNameIsOffered() {
        declarative(deploying(
                "environment { DOCKERHUB_NAMESPACE = 'shop'\nREGISTRY = 'docker.io' }",
                "kubernetesDeploy(configs: 'deploy/**')"));
        repository.file("deploy/orders.yaml", workload("$REGISTRY/$HARBOR_NAMESPACE/orders:$TAG_NAME"));

        assertThat(repository.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.meant()).contains("DOCKERHUB_NAMESPACE");
            assertThat(finding.place()).isEqualTo("deploy/orders.yaml:9:28");
            assertThat(finding.source()).contains("$HARBOR_NAMESPACE");
        });
    }

    @Test
    void aNameThatIsMisspeltEverywhereWorks() {
        declarative(deploying(
                "environment { REGISTY = 'harbor.example.com' }",
                "sh 'docker push $REGISTY/shop/orders:$BUILD_NUMBER'\nkubernetesDeploy(configs: 'deploy/**')"));
        repository.file("deploy/orders.yaml", workload("$REGISTY/shop/orders:$BUILD_NUMBER"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void kubernetesDeployLooksAtNamesWithoutCaseAndEnvsubstWithIt() {
        declarative(deploying(
                "environment { REGISTRY = 'harbor.example.com' }",
                "kubernetesDeploy(configs: 'a/**')\nsh 'envsubst < b/orders.yaml | kubectl apply -f -'"));
        repository.file(
                "a/orders.yaml", workload("$registry/shop/orders:$BUILD_NUMBER").replace("orders }", "a }"));
        repository.file(
                "b/orders.yaml", workload("$registry/shop/orders:$BUILD_NUMBER").replace("orders }", "b }"));

        assertThat(repository.places("PRE-010")).containsExactly("PRE-010 b/orders.yaml:9:18");
    }

    @Test
    void codeThatIsElsewhereMaySetAnything() {
        repository.file("deploy/orders.yaml", workload("$REGISTRY/$TEAM/orders:$TAG"));
        for (String before : new String[] {
            "@Library('shared') _\n", "library 'shared'\n", "def tools = load 'ci/tools.groovy'\n", "env[name] = 'x'\n"
        }) {
            repository.file(
                    "Jenkinsfile",
                    before
                            + "node { sh 'echo $WHATEVER'; echo \"${unknown}\"; kubernetesDeploy(configs: 'deploy/**')"
                            + " }\n");

            assertThat(repository.places("PRE-010", "PRE-011", "PRE-012"))
                    .as(before)
                    .isEmpty();
        }
    }

    @Test
    void anUnknownBlockMaySetVariablesForWhatIsInIt() {
        repository.file("Jenkinsfile", """
            pipeline {
                agent any
                parameters { string(name: 'A', defaultValue: '', description: '') }
                stages { stage('x') { steps {
                    withCompanySecrets('orders') { sh 'echo $THEIR_VARIABLE' }
                    sh 'echo $NOBODYS'
                } } }
            }
            """);

        assertThat(repository.places()).containsExactly("PRE-012 Jenkinsfile:6:18");
    }

    @Test
    void shellsKnowWhatTheySet() {
        declarative(deploying("", """
            sh '''
                set -e
                TAG=$(git rev-parse --short HEAD)
                export NAME="orders-${TAG}"
                for f in a b; do echo "$f $NAME ${OTHER:-none} $1 $? $$ $HOME $(date +%s)"; done
                while read -r LINE; do echo $LINE; done < list
                awk '{print $NF}' list; sed 's/$OLD/new/' list
                cat <<'EOF' > x
                $NOT_OURS
            EOF
                echo \\\\$ESCAPED # $COMMENT
            '''
            sh "echo \\$SHELL_ONLY_${params.TAG_NAME} && for i in 1 2; do echo \\$i; done\"\
            """));

        assertThat(repository.places()).containsExactly("PRE-012 Jenkinsfile:18:10");
    }

    @Test
    void sedReplacesPlaceholdersToo() {
        declarative(deploying("", """
            sh "sed -i 's#<IMAGE_TAG>#${params.TAG_NAME}#; s/\\\\\\$VERSION/1/' deploy/orders.yaml && kubectl apply -f deploy/orders.yaml\"\
            """));
        repository.file("deploy/orders.yaml", workload("example.com/shop/orders:<IMAGE_TAG>"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void anImageThatKustomizeFillsInIsNotLatest() {
        String pulled = workload("%s").replace("resources:", "imagePullPolicy: IfNotPresent\n          resources:");
        repository.file("deploy/filled.yaml", pulled.formatted("$(ORDERS_IMAGE)"));
        repository.file("deploy/latest.yaml", pulled.formatted("example.com/shop/orders"));

        assertThat(repository.places()).containsExactly("PRE-042 deploy/latest.yaml:9:18");
    }

    @Test
    void matrixAxesAndLoopsAreVariables() {
        declarative("""
            agent none
            stages { stage('all') {
                matrix {
                    axes { axis { name 'PLATFORM'; values 'linux', 'windows' } }
                    stages { stage('build') { agent any; steps {
                        sh 'echo $PLATFORM'
                        script { ['a', 'b'].each { name -> echo "$name"; for (x in [1]) { echo "$x $it" } } }
                    } } }
                }
            } }\
            """.replace("; ", "\n"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void theSameReferenceThroughVariablesIsTheSame() {
        repository.file("Jenkinsfile", """
            node {
                withEnv(['REGISTRY=docker.io', 'NS=shop']) {
                    sh '''export APP=orders
                        docker push $REGISTRY/$NS/$APP:v$BUILD_NUMBER'''
                    kubernetesDeploy(configs: 'deploy/**')
                }
            }
            """);
        repository.file("deploy/orders.yaml", workload("shop/orders:v${BUILD_NUMBER}"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void whatAnotherProgramPushesIsNotCompared() {
        repository.file("Jenkinsfile", """
            node {
                sh './push.sh'
                sh 'docker push other/orders:1'
                kubernetesDeploy(configs: 'deploy/**')
            }
            """);
        repository.file("deploy/orders.yaml", workload("shop/orders:v${BUILD_NUMBER}"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void aBranchIsNoTroubleWhereThereIsOnlyOne() {
        declarative("""
            agent any
            stages {
                stage('main') {
                    when { branch 'main' }
                    steps {
                        sh 'docker push shop/orders:$BRANCH_NAME-$BUILD_NUMBER'
                        kubernetesDeploy(configs: 'deploy/**')
                    }
                }
            }\
            """);
        repository.file("deploy/orders.yaml", workload("shop/orders:$BRANCH_NAME-$BUILD_NUMBER"));

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void gatesThatAreWellMadeAreFine() {
        declarative("""
            agent none
            options { timeout(time: 3, unit: 'DAYS') }
            stages {
                stage('quality') { steps { script {
                    def gate = waitForQualityGate()
                    if (gate.status != 'OK') { error "quality gate ${gate.status}" }
                } } }
                stage('gate') {
                    when { expression { params.TAG_NAME ==~ /v\\d+\\.\\d+\\.\\d+/ } }
                    input { message 'Deploy?'
                            id 'deploy-to-prod' }
                    agent { label 'maven' }
                    steps { echo 'deploying' }
                }
            }\
            """);

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void anAnsweredTryIsNoOpenGate() {
        repository.file("Jenkinsfile", """
            def approved = false
            try {
                timeout(10) { input 'Deploy?' }
                approved = true
            } catch (Exception e) {
                approved = false
            }
            try {
                timeout(10) { input 'Deploy?' }
            } catch (Exception e) {
                currentBuild.result = 'ABORTED'
                throw e
            }
            try {
                sh 'flaky'
            } catch (Exception e) {
                echo 'never mind'
            }
            """);

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void gatesThatAreCaughtFailOpenHoweverTheyAreMade() {
        repository.file("Jenkinsfile", """
                try {
                    timeout(10) { if (sh(script: 'ask-sonar', returnStdout: true).trim() != 'OK') { error 'red' } }
                } catch (Exception e) {
                    echo "timed out, continuing: ${e.message}"
                }
                catchError(buildResult: 'SUCCESS') {
                    timeout(10) { waitForQualityGate abortPipeline: true }
                }
                try {
                    timeout(10) { input 'Deploy?' }
                } catch (org.jenkinsci.plugins.workflow.steps.FlowInterruptedException e) {
                    currentBuild.result = 'SUCCESS'
                }
                """);

        assertThat(repository.places())
                .containsExactly("PRE-030 Jenkinsfile:3:3", "PRE-030 Jenkinsfile:6:1", "PRE-030 Jenkinsfile:11:3");
    }

    @Test
    void chartsAndTestsAndOtherYamlAreLeftAlone() {
        repository.file("chart/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
        repository.file("chart/templates/app.yaml", "apiVersion: apps/v1\nkind: Deployment\nspec: {{ .Values.x }}\n");
        repository.file("src/test/resources/bad.yaml", "apiVersion: v1\nkind: Pod\n  bad: [\n");
        repository.file("src/main/resources/application.yml", "server:\n  port: ${PORT:8080}\n");
        repository.file("docker-compose.yml", "services:\n  db: { image: 'mysql:${TAG}' }\n");
        repository.file("target/Jenkinsfile", "pipeline {");
        repository.file("node_modules/x/Dockerfile", "nothing");
        repository.file(".github/tests/Dockerfile", "FROM java:8\nENTRYPOINT ./run.sh\n");
        repository.file("Jenkinsfile.md", "# Jenkinsfile\n");
        repository.file("src/main/groovy/Plain.groovy", "class Plain { def x = \"$y\" }\n");

        assertThat(repository.places()).isEmpty();
    }

    @Test
    void pipelinesOfOtherNamesAreFound() {
        for (String name : new String[] {
            "ci/Jenkinsfile.prod",
            "orders.jenkinsfile",
            "jenkins/deploy.groovy",
            "Jenkinsfile-on-prem",
            "build.Jenkinsfile"
        }) {
            Repository other = new Repository(folder.resolve(name.replace('/', '-')));
            other.file(name, "node {\n  sh 'mkdir out'\n}\n");

            assertThat(other.places()).as(name).containsExactly("PRE-056 " + name + ":2:7");
        }
    }

    @Test
    void whatTheCallerKnowsIsDefined() {
        declarative(deploying("", "kubernetesDeploy(configs: 'deploy/**')"));
        repository.file("deploy/orders.yaml", workload("$COMPANY_REGISTRY/shop/orders:$TAG_NAME"));

        assertThat(repository.findings()).hasSize(1);
        assertThat(repository.findings("COMPANY_REGISTRY")).isEmpty();
    }

    @Test
    void theLibrarysOwnVariablesAreKnown() {
        repository.file(
                "Jenkinsfile",
                "@Library('octavo') _\n"
                        + "microservicePipeline(registry: 'x', variables: [ZONE: 'a'], environments: [prod: [variables:"
                        + " [SIZE: '2']]])\n");
        repository.file(
                "orders/deploy/dev/orders.yaml",
                workload("$REGISTRY/$DOCKERHUB_NAMESPACE/$APP_NAME:$IMAGE_TAG-$ZONE-$SIZE"));
        repository.file(
                "cart/deploy/dev/cart.yaml",
                workload("$REGISTRY/$HARBOR_NAMESPACE/$APP_NAME:$IMAGE_TAG").replace("orders", "cart"));

        assertThat(repository.places()).containsExactly("PRE-010 cart/deploy/dev/cart.yaml:9:28");
    }
}
