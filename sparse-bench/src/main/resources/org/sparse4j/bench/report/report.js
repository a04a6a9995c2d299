'use strict';
(function () {
  const data = JSON.parse(document.getElementById('data').textContent);
  const colors = { dense: '#1c2330', static: '#c1762f', set: '#1f8a70', rigl: '#5b4bc4' };
  const dashes = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
  const levels = [...new Set(data.runs.map(run => run.sparsity).filter(s => s > 0))];
  const style = run => ({
    color: colors[run.method] || '#777777',
    dash: run.sparsity > 0 ? dashes[levels.indexOf(run.sparsity) % dashes.length] : []
  });

  for (const list of document.querySelectorAll('[data-legend=runs]')) {
    for (const run of data.runs) {
      const item = document.createElement('li');
      const swatch = document.createElement('span');
      swatch.className = 'swatch' + (style(run).dash.length ? ' dashed' : '');
      swatch.style.color = style(run).color;
      item.append(swatch, run.label);
      list.append(item);
    }
  }

  Chart.defaults.font.family = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
  Chart.defaults.color = '#5d6675';
  Chart.defaults.animation = false;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.plugins.legend.display = false;
  const grid = { color: '#e8ebf0' };

  function curves(id, field, scale) {
    new Chart(document.getElementById(id), {
      type: 'line',
      data: {
        datasets: data.runs.map(run => ({
          label: run.label,
          data: run.epochs.map(e => ({ x: e.epoch, y: e[field] })),
          borderColor: style(run).color,
          backgroundColor: style(run).color,
          borderDash: style(run).dash,
          borderWidth: run.sparsity > 0 ? 1.75 : 2.5,
          pointRadius: run.epochs.length < 2 ? 3 : 0,
          pointHitRadius: 8
        }))
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        scales: {
          x: { type: 'linear', min: 1, grid, ticks: { precision: 0 }, title: { display: true, text: 'epoch' } },
          y: Object.assign({ grid }, scale)
        },
        plugins: {
          tooltip: {
            callbacks: {
              title: items => 'epoch ' + items[0].parsed.x,
              label: item => ' ' + item.dataset.label + ': ' + item.parsed.y.toFixed(field === 'loss' ? 4 : 2)
            }
          }
        }
      }
    });
  }
  // The first epochs would squeeze all the rest: the scale begins where the last two thirds begin.
  const late = data.runs.flatMap(run => run.epochs.slice(Math.floor(run.epochs.length / 8)).map(e => e.accuracy));
  curves('accuracy', 'accuracy', { min: Math.max(0, Math.floor(Math.min(...late) / 5) * 5) });
  curves('loss', 'loss', { type: 'logarithmic' });

  const sparse = data.runs.filter(run => run.sparsity > 0);
  function bars(id, labels, runs, values, options) {
    new Chart(document.getElementById(id), {
      type: 'bar',
      data: {
        labels,
        datasets: runs.map((run, r) => ({
          label: run.label,
          data: values[r],
          backgroundColor: style(run).color + (levels.indexOf(run.sparsity) % 2 ? '99' : 'ff'),
          categoryPercentage: 0.82,
          barPercentage: 0.92
        }))
      },
      options: Object.assign({
        scales: { x: { grid: { display: false } }, y: options.y },
        plugins: {
          legend: { display: true, position: 'bottom', labels: { boxWidth: 14 } },
          tooltip: { callbacks: { label: item => ' ' + item.dataset.label + ': ' + item.parsed.y.toFixed(2) + options.unit } }
        }
      })
    });
  }
  bars('time', ['training step', 'inference, 1 image', 'inference, 128 images'], sparse,
    sparse.map(run => [run.faster.step, run.faster.single, run.faster.batch]),
    {
      unit: ' times faster',
      y: {
        beginAtZero: true, grid: { color: c => c.tick.value === 1 ? '#1c2330' : '#e8ebf0' },
        title: { display: true, text: 'times faster than dense' }
      }
    });
  bars('density', data.runs[0].layers.map(layer => layer.label), sparse,
    sparse.map(run => run.layers.map(layer => 100 * layer.density)),
    { unit: ' %', y: { beginAtZero: true, grid, title: { display: true, text: 'percent kept' } } });
})();
