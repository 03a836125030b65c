import dev.octavo.Delivery

/**
 * The eight stages, their conditions and their gates. See microservicePipeline.txt for the settings.
 */
def call(Map settings = [:]) {
    Delivery delivery = new Delivery(this, settings)
    // Declarative takes variables here, and no calls
    String agentLabel = delivery.label()
    List projects = delivery.projects()

    pipeline {
        agent none
        parameters {
            string(
                name: 'TAG_NAME',
                defaultValue: '',
                description: 'Version to release and to deploy to production, such as v1.0.0. Empty: no release. '
                    + '要发布并部署到生产环境的版本，例如 v1.0.0；留空则不发布。')
            choice(
                name: 'PROJECT_NAME',
                choices: projects,
                description: 'The microservice to deliver, "changed" or "all". '
                    + '要交付的微服务，或 changed（有改动的）、all（全部）。')
        }
        options {
            skipDefaultCheckout()
            // a restart from a stage needs its build's, and another build may have come since
            preserveStashes(buildCount: 10)
        }
        stages {
            stage('build') {
                agent { label agentLabel }
                stages {
                    stage('checkout') {
                        steps {
                            script { delivery.checkout() }
                        }
                    }
                    stage('unit test') {
                        steps {
                            script { delivery.test() }
                        }
                    }
                    stage('sonar analysis') {
                        when { expression { delivery.analyzes() } }
                        steps {
                            script { delivery.analyze() }
                        }
                    }
                    stage('build image') {
                        steps {
                            script { delivery.image() }
                        }
                    }
                    stage('push image') {
                        steps {
                            script { delivery.push() }
                        }
                    }
                }
                post {
                    unsuccessful {
                        script { delivery.keepFailure() }
                    }
                }
            }
            stage('deploy to dev') {
                when { expression { delivery.offersToDev() } }
                steps {
                    script { delivery.deploy('dev', 'deploy-to-dev') }
                }
            }
            stage('push with tag') {
                when { expression { delivery.releases() } }
                steps {
                    script { delivery.release('release-image-with-tag') }
                }
            }
            stage('deploy to production') {
                when { expression { delivery.releases() } }
                steps {
                    script { delivery.deploy('prod', 'deploy-to-production') }
                }
            }
        }
        post {
            always {
                script { delivery.finished() }
            }
        }
    }
}
