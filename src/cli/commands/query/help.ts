import { Args } from '@oclif/core';
import { EXIT } from '../../../core/diagnostics/errors.ts';
import { wirePage } from '../../../wire/wire.ts';
import { fitPage, pageText, TOPICS, topicLines } from '../../output/help-topics.ts';
import { BaseCommand } from '../../run/base.ts';
import { withScreen } from '../../run/with-screen.ts';

export default class Help extends BaseCommand {
  static override summary =
    'Show the help of a command, or a page about a topic: state-files, plans, guards, exit-codes ...';
  static override description =
    `The pages are those of docs/, as they come with this fw. Topics: ${[...TOPICS.keys()].join(', ')}.`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> plan',
    '<%= config.bin %> <%= command.id %> exit-codes',
    '<%= config.bin %> <%= command.id %> state-files | less',
  ];
  static override args = {
    topic: Args.string({
      description: 'A command, or a topic.',
      options: [...TOPICS.keys()],
      required: true,
      ignoreStdin: true,
    }),
  };

  async run(): Promise<number> {
    const { args, flags } = await this.parse(Help);
    return withScreen(flags, async ({ screen, facts }) => {
      const name = TOPICS.get(args.topic) ?? '';
      if (name === '') screen.printLines(topicLines());
      else {
        const lines = pageText(await wirePage(name))
          .trimEnd()
          .split('\n');
        screen.printLines(process.stdout.isTTY ? fitPage(lines, facts.width) : lines);
      }
      return EXIT.ok;
    });
  }
}
