import dev.octavo.Rollback

/**
 * Goes back to an earlier release of a microservice, through the environment's gate. See microserviceRollback.txt for the
 * settings.
 */
def call(Map settings = [:]) {
    Rollback rollback = new Rollback(this, settings)
    // Declarative takes variables here, and no calls
    String defaultService = rollback.defaultService()
    List environments = rollback.environments()

    pipeline {
        agent none
        parameters {
            string(
                name: 'SERVICE',
                defaultValue: defaultService,
                description: 'The microservice. 要回滚的微服务。')
            choice(
                name: 'ENVIRONMENT',
                choices: environments,
                description: 'The environment. 环境。')
            string(
                name: 'TO',
                defaultValue: '',
                description: 'The number of the release to go back to, as the history in the log has it. Empty: the last '
                    + 'good one before what runs. 要回滚到的发布编号（见日志中的历史）；留空则为当前版本之前最近一次成功的发布。')
        }
        options {
            skipDefaultCheckout()
            disableConcurrentBuilds()
        }
        stages {
            stage('plan') {
                steps {
                    script { rollback.plan() }
                }
            }
            stage('roll back') {
                steps {
                    script { rollback.carryOut() }
                }
            }
        }
    }
}
